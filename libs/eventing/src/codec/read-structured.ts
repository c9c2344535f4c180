import type { CloudEvent } from '../event/cloud-event.ts'
import { InvalidEvent } from '../event/invalid-event.ts'
import { isAttributeName, settle } from '../event/settle.ts'
import { bytesOfBase64 } from '../text/base64.ts'
import { textOf, utf8Of } from '../text/utf8.ts'
import { JsonWalk, type Member } from './json-members.ts'
import { isJson } from './media-type.ts'

/**
 * Reads an event of the JSON format (CloudEvents JSON format 1.0 and 0.3). JSON data are the bytes between the member's colon and its end,
 * not printed anew; `data_base64`, and `data` with `datacontentencoding: base64` of 0.3, are decoded. Throws {@link InvalidEvent}.
 */
export function readStructured(body: Uint8Array): CloudEvent {
  checkJson(body)
  return readObject(body, 0)
}

/** Reads the batch format: a JSON array of events. Throws {@link InvalidEvent}, naming the event's index. */
export function readBatch(body: Uint8Array): readonly CloudEvent[] {
  checkJson(body)
  return new JsonWalk(body).items().map(({ from }, index) => {
    try {
      return readObject(body, from)
    } catch (error) {
      throw error instanceof InvalidEvent ? new InvalidEvent(`[${index}].${error.message}`) : error
    }
  })
}

function checkJson(body: Uint8Array): void {
  try {
    JSON.parse(textOf(body))
  } catch (error) {
    throw new InvalidEvent(`the body is no JSON: ${(error as Error).message}`)
  }
}

function readObject(body: Uint8Array, from: number): CloudEvent {
  const attributes = new Map<string, string>()
  const typed = new Map<string, number | boolean>()
  let plain: Member | undefined
  let base64: Member | undefined
  for (const member of new JsonWalk(body, from).members()) {
    if (member.name === 'data') plain = member
    else if (member.name === 'data_base64') base64 = member
    else readAttribute(member, JSON.parse(textOf(body.subarray(member.from, member.to))), attributes, typed)
  }
  if (plain !== undefined && base64 !== undefined) throw new InvalidEvent('data: must not stand beside data_base64')
  settle(attributes)
  const data = dataOf(body, attributes, plain, base64)
  return typed.size === 0 ? { attributes, data } : { attributes, typed, data }
}

function readAttribute(member: Member, value: unknown, attributes: Map<string, string>, typed: Map<string, number | boolean>): void {
  if (value === null) return
  const name = member.name.toLowerCase()
  if (!isAttributeName(name)) throw new InvalidEvent(`${member.name}: attribute names are letters and digits`)
  if (typeof value === 'string') {
    attributes.set(name, value)
    return
  }
  if (ofText.has(name)) throw new InvalidEvent(`${name}: must be a string`)
  if (typeof value !== 'number' && typeof value !== 'boolean') throw new InvalidEvent(`${name}: must be a string, a number or a boolean`)
  attributes.set(name, String(value))
  typed.set(name, value)
}

const ofText = new Set('specversion id source type subject time dataschema schemaurl datacontenttype datacontentencoding'.split(' '))

function dataOf(body: Uint8Array, attributes: Map<string, string>, plain: Member | undefined, base64: Member | undefined) {
  const member = base64 ?? plain
  if (member === undefined) return undefined
  const slice = body.subarray(member.from, member.to)
  const encoded = base64 !== undefined || (attributes.get('specversion') === '0.3' && attributes.get('datacontentencoding') === 'base64')
  // White space before JSON is part of the data, as with the original: the same bytes arrive.
  if (!encoded && (isJson(attributes.get('datacontenttype')) || slice[0] !== 34)) return body.subarray(member.behindColon, member.to)
  const text: unknown = JSON.parse(textOf(slice))
  if (typeof text !== 'string') throw new InvalidEvent(`${member.name}: must be a string of base64`)
  if (!encoded) return utf8Of(text)
  const bytes = bytesOfBase64(text)
  if (bytes === undefined) throw new InvalidEvent(`${member.name}: must be a string of base64`)
  attributes.delete('datacontentencoding')
  return bytes
}
