import type { CloudEvent, Header } from '../event/cloud-event.ts'
import { isAscii, latin1Of, latin1Utf8Of, textOf, writeLatin1 } from '../text/utf8.ts'

/**
 * An event as a channel keeps it, little-endian:
 *
 *   u8 version (1) | u8 flags | u16 attributes | u16 typed ones | u32 headers passed through | u32 bytes of the strings
 *   | a length of each string: u16, and a u32 after 65535 | the strings | data
 *
 * Strings are UTF-8, in pairs of name and value: attributes, then typed ones (value `true`, `false` or a number), then headers. Lengths
 * count UTF-16 units, so that strings are cut out of one text; the data are what is left.
 */
const version = 1
const hasData = 1
const isBare = 2
/** The strings are ASCII alone: they need no decoding. */
const ascii = 4
const headSize = 14

/** Writes an event, and headers that travel with it, for a channel. */
export function encodeStored(event: CloudEvent, passed: readonly Header[] = []): Uint8Array {
  const strings: string[] = []
  for (const [name, value] of event.attributes) strings.push(name, value)
  if (event.typed !== undefined) for (const [name, value] of event.typed) strings.push(name, String(value))
  for (const [name, value] of passed) strings.push(name, value)
  const joined = strings.join('')
  const plain = isAscii(joined)
  const text = plain ? joined : latin1Utf8Of(joined)
  let lengths = 0
  for (const string of strings) lengths += string.length < 0xffff ? 2 : 6
  const bytes = new Uint8Array(headSize + lengths + text.length + (event.data?.length ?? 0))
  const view = new DataView(bytes.buffer)
  view.setUint8(0, version)
  view.setUint8(1, (event.data === undefined ? 0 : hasData) | (event.bare === true ? isBare : 0) | (plain ? ascii : 0))
  view.setUint16(2, event.attributes.size, true)
  view.setUint16(4, event.typed?.size ?? 0, true)
  view.setUint32(6, passed.length, true)
  view.setUint32(10, text.length, true)
  let at = headSize
  for (const string of strings) {
    view.setUint16(at, Math.min(string.length, 0xffff), true)
    at += 2
    if (string.length < 0xffff) continue
    view.setUint32(at, string.length, true)
    at += 4
  }
  at = writeLatin1(bytes, at, text)
  if (event.data !== undefined) bytes.set(event.data, at)
  return bytes
}

/** Reads what {@link encodeStored} wrote; the data are a view of the same bytes. Throws an Error for bytes that are not of it. */
export function decodeStored(bytes: Uint8Array): { event: CloudEvent; passed: readonly Header[] } {
  if (bytes[0] !== version || bytes.length < headSize)
    throw new Error(`a stored event of version ${bytes[0]} cannot be read, only of ${version}`)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const flags = view.getUint8(1)
  const attributeCount = view.getUint16(2, true)
  const typedCount = view.getUint16(4, true)
  const passedCount = view.getUint32(6, true)
  const textSize = view.getUint32(10, true)
  const count = 2 * (attributeCount + typedCount + passedCount)
  let at = headSize
  const lengths: number[] = []
  for (let index = 0; index < count; index++) {
    let length = view.getUint16(at, true)
    at += 2
    if (length === 0xffff) {
      length = view.getUint32(at, true)
      at += 4
    }
    lengths.push(length)
  }
  const block = bytes.subarray(at, at + textSize)
  if (block.length !== textSize) throw new Error('a stored event is cut short')
  const text = (flags & ascii) === 0 ? textOf(block) : latin1Of(block)
  let index = 0
  let cut = 0
  const next = (): string => text.slice(cut, (cut += lengths[index++]!))
  const attributes = new Map<string, string>()
  for (let left = attributeCount; left > 0; left--) attributes.set(next(), next())
  const typed = new Map<string, number | boolean>()
  for (let left = typedCount; left > 0; left--) typed.set(next(), typedOf(next()))
  const passed: Header[] = []
  for (let left = passedCount; left > 0; left--) passed.push([next(), next()])
  const data = (flags & hasData) === 0 ? undefined : bytes.subarray(at + textSize)
  return {
    event: { attributes, ...(typedCount > 0 && { typed }), ...((flags & isBare) !== 0 && { bare: true as const }), data },
    passed
  }
}

const typedOf = (text: string): number | boolean => (text === 'true' ? true : text === 'false' ? false : Number(text))
