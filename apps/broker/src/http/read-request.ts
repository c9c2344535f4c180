import { type CloudEvent, type Header, InvalidEvent, readEvent } from '@knative-ts/eventing'
import type { Exchange } from '@knative-ts/proxy'
import { ReadHeaders } from './read-headers.ts'

/** The event of a request, and the headers that go along with it. */
export interface RequestEvent {
  readonly event: CloudEvent
  readonly passed: readonly Header[]
}

/** The event of a request, or why there is none. */
export function readRequest(exchange: Exchange, body: Uint8Array): RequestEvent | string {
  const headers = new ReadHeaders(exchange.request.headers)
  try {
    return { event: readEvent(headers, body), passed: headers.passed }
  } catch (error) {
    if (error instanceof InvalidEvent) return error.message
    throw error
  }
}
