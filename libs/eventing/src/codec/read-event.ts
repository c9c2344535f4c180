import type { CloudEvent, HeaderSource } from '../event/cloud-event.ts'
import { InvalidEvent } from '../event/invalid-event.ts'
import { mediaTypeOf } from './media-type.ts'
import { readBinary } from './read-binary.ts'
import { readStructured } from './read-structured.ts'

/** The media type of one event in the JSON format. */
export const structuredType = 'application/cloudevents+json'

/**
 * Reads the one event of a request or a response, in binary or structured mode, of version 1.0 or 0.3 (CloudEvents HTTP binding). A batch is
 * refused: {@link readBatch} reads one. The event keeps the body's bytes. Throws {@link InvalidEvent} with the reason.
 */
export function readEvent(headers: HeaderSource, body: Uint8Array): CloudEvent {
  let contentType: string | undefined
  headers.forEach((name, value) => {
    if (name === 'content-type') contentType ??= value
  })
  if (contentType !== undefined && ofEvents.test(contentType)) {
    const mediaType = mediaTypeOf(contentType)
    if (mediaType === structuredType) return readStructured(body)
    throw new InvalidEvent(`Content-Type: ${mediaType} is not accepted, only one event as ${structuredType} or with ce- headers`)
  }
  return readBinary(headers, contentType, body)
}

const ofEvents = /^\s*application\/cloudevents/i

/** Whether headers say that an event comes with them, well formed or not: what tells a reply that is an event from other answers. */
export function isEvent(headers: HeaderSource): boolean {
  let found = false
  headers.forEach((name, value) => {
    if (name === 'ce-specversion' || (name === 'content-type' && mediaTypeOf(value).startsWith('application/cloudevents'))) found = true
  })
  return found
}
