import type { CloudEvent, Header } from '../event/cloud-event.ts'
import { isAscii, latin1Utf8Of, textOf } from '../text/utf8.ts'
import type { ByteWork } from './byte-work.ts'
import { readNumber as read, writeNumber as write } from './numbers.ts'

/**
 * Any event as a channel keeps it, little-endian:
 *
 *   u8 version (1) | u8 flags | u16 attributes | u16 typed ones | u32 headers passed through | u32 bytes of the strings
 *   | the bytes of each string: u16, and a u32 after 65535 | strings | data
 *
 * Strings are UTF-8, in pairs of name and value: attributes, then typed ones (value `true`, `false` or a number), then headers. The data are
 * what is left.
 */
export const stringsVersion = 1
const hasData = 1
const isBare = 2
/** The strings are ASCII alone: all of them are cut out of one text. */
const ascii = 4
const headSize = 14
const long = 0xffff

/** Writes any event. */
export function encodeStrings(event: CloudEvent, passed: readonly Header[], work: ByteWork): Uint8Array {
  const { attributes, typed, data } = event
  const given: string[] = []
  for (const [name, value] of attributes) given.push(name, value)
  if (typed !== undefined) for (const [name, value] of typed) given.push(name, String(value))
  for (const [name, value] of passed) given.push(name, value)
  let joined = given.join('')
  const plain = isAscii(joined)
  const strings = plain ? given : given.map(latin1Utf8Of)
  if (!plain) joined = strings.join('')
  let size = headSize + 2 * strings.length + joined.length + (data?.length ?? 0)
  for (const string of strings) if (string.length >= long) size += 4
  const bytes = work.allocate(size)
  bytes[0] = stringsVersion
  bytes[1] = (data === undefined ? 0 : hasData) | (event.bare === true ? isBare : 0) | (plain ? ascii : 0)
  let at = write(bytes, 2, attributes.size, 2)
  at = write(bytes, at, typed?.size ?? 0, 2)
  at = write(bytes, at, passed.length, 4)
  at = write(bytes, at, joined.length, 4)
  for (const { length } of strings) {
    at = write(bytes, at, Math.min(length, long), 2)
    if (length >= long) at = write(bytes, at, length, 4)
  }
  work.write(bytes, at, joined)
  at += joined.length
  if (data !== undefined) bytes.set(data, at)
  return bytes
}

/** What was read: maps that nobody else holds. */
interface Decoded {
  readonly event: CloudEvent & { readonly attributes: Map<string, string>; readonly typed?: Map<string, number | boolean> }
  readonly passed: readonly Header[]
}

/** Reads what {@link encodeStrings} wrote; the data are a view of the same bytes. Throws an Error for bytes that are cut short. */
export function decodeStrings(bytes: Uint8Array, work: ByteWork): Decoded {
  const flags = bytes[1]!
  const attributeCount = read(bytes, 2, 2)
  const typedCount = read(bytes, 4, 2)
  const passedCount = read(bytes, 6, 4)
  const textSize = read(bytes, 10, 4)
  const count = 2 * (attributeCount + typedCount + passedCount)
  let at = headSize
  const lengths: number[] = []
  for (let index = 0; index < count; index++) {
    let length = read(bytes, at, 2)
    at += 2
    if (length === long) {
      length = read(bytes, at, 4)
      at += 4
    }
    lengths.push(length)
  }
  const end = at + textSize
  if (end > bytes.length) throw new Error('a stored event is cut short')
  const text = (flags & ascii) === 0 ? undefined : work.read(bytes, at, end)
  let index = 0
  let cut = 0
  const next = (): string => {
    const from = cut
    cut += lengths[index++]!
    return text === undefined ? textOf(bytes.subarray(at + from, at + cut)) : text.slice(from, cut)
  }
  const attributes = new Map<string, string>()
  for (let left = attributeCount; left > 0; left--) attributes.set(next(), next())
  const typed = typedCount === 0 ? undefined : new Map<string, number | boolean>()
  for (let left = typedCount; left > 0; left--) typed?.set(next(), typedOf(next()))
  const passed: Header[] = []
  for (let left = passedCount; left > 0; left--) passed.push([next(), next()])
  const data = (flags & hasData) === 0 ? undefined : bytes.subarray(end)
  return { event: eventOf(attributes, typed, (flags & isBare) !== 0, data), passed }
}

/** The same shape for nearly all events: what reads them stays fast. */
function eventOf(
  attributes: Map<string, string>,
  typed: Map<string, number | boolean> | undefined,
  bare: boolean,
  data: Uint8Array | undefined
): Decoded['event'] {
  if (typed === undefined && !bare) return { attributes, data }
  return { attributes, ...(typed !== undefined && { typed }), ...(bare && { bare: true as const }), data }
}

const typedOf = (text: string): number | boolean => (text === 'true' ? true : text === 'false' ? false : Number(text))
