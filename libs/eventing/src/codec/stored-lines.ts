import type { CloudEvent, Header } from '../event/cloud-event.ts'
import { writeLatin1 } from '../text/utf8.ts'
import type { ByteWork } from './byte-work.ts'
import { isAttributeName } from '../event/settle.ts'
import { headSize, LineAttributes, lineExtra } from './line-attributes.ts'
import { readNumber, writeNumber } from './numbers.ts'
import type { StoredEvent } from './stored.ts'

/**
 * Most events as a channel keeps them: as the lines of the head that subscribers get, so that nothing is made anew for each delivery. Little-endian:
 *
 *   u8 version (2) | u8 flags | u16 attributes | u16 headers passed through | u32 bytes of the lines | of each line: u16 name, u16 value | lines | data
 *
 * A line is `name: value` with CR and LF: `ce-` and the attribute's name, or `content-type`; then the headers. Only what may stand there as it is is kept so.
 */
export const linesVersion = 2
const hasData = 1
const most = 0xffff

/** Writes an event; undefined for those that have something that no line holds as it is. Straight to the bytes: a text of the lines would be garbage. */
export function encodeLines(
  { attributes, typed, bare, data }: CloudEvent,
  passed: readonly Header[],
  work: ByteWork
): Uint8Array | undefined {
  if (typed !== undefined || bare === true || passed.length > most) return undefined
  const length = lengthOf(attributes, passed)
  if (length < 0) return undefined
  const table = headSize + 4 * (attributes.size + passed.length)
  const bytes = work.allocate(table + length + (data?.length ?? 0))
  bytes[0] = linesVersion
  bytes[1] = data === undefined ? 0 : hasData
  writeNumber(bytes, 2, attributes.size, 2)
  writeNumber(bytes, 4, passed.length, 2)
  writeNumber(bytes, 6, length, 4)
  let entry = headSize
  let at = table
  attributes.forEach((value, name) => {
    const prefix = prefixOf(name)
    at = writeLine(bytes, at, prefix, value)
    entry = writeNumber(bytes, writeNumber(bytes, entry, prefix.length - 2, 2), value.length, 2)
  })
  for (const [name, value] of passed) {
    at = writeLine(bytes, at, `${name}: `, value)
    entry = writeNumber(bytes, writeNumber(bytes, entry, name.length, 2), value.length, 2)
  }
  if (data !== undefined) bytes.set(data, at)
  return bytes
}

/** Bytes of the lines; -1: one of them cannot be written as it is. By `forEach`, here and above: an iterator makes three objects of each attribute. */
function lengthOf(attributes: CloudEvent['attributes'], passed: readonly Header[]): number {
  let length = 0
  let isFit = true
  attributes.forEach((value, name) => {
    const prefix = prefixOf(name)
    isFit &&= prefix !== '' && value.length <= most && fit.test(value)
    length += prefix.length + value.length + 2
  })
  for (const [name, value] of passed) {
    isFit &&= name.length <= most && value.length <= most && fitName.test(name) && fit.test(value)
    length += name.length + value.length + lineExtra
  }
  return isFit ? length : -1
}

function writeLine(bytes: Uint8Array, at: number, prefix: string, value: string): number {
  const end = writeLatin1(bytes, writeLatin1(bytes, at, prefix), value)
  bytes[end] = 13
  bytes[end + 1] = 10
  return end + 2
}

/** Printable ASCII without spaces at its ends: neither ends a line nor has to be encoded. */
const fit = /^(?:[!-~](?:[ -~]*[!-~])?)?$/
const fitName = /^[!-9;-~]+$/

/** What stands before an attribute's value in its line; '': it is no name. Those of events are few. */
const prefixes = new Map<string, string>()
const mostPrefixes = 1024

function prefixOf(name: string): string {
  const known = prefixes.get(name)
  if (known !== undefined) return known
  if (!isAttributeName(name) || name.length > most - 3) return ''
  const made = name === 'datacontenttype' ? 'content-type: ' : `ce-${name}: `
  if (prefixes.size < mostPrefixes) prefixes.set(name, made)
  return made
}

/** Reads what {@link encodeLines} wrote. Throws an Error for bytes that are cut short. */
export function decodeLines(bytes: Uint8Array, apart: string, work: ByteWork): StoredEvent {
  return new StoredLines(bytes, apart, work)
}

/** Nothing of it is made before it is asked for, but the lines. */
class StoredLines implements StoredEvent {
  readonly event: CloudEvent
  readonly apart: string | undefined
  readonly lines: string
  readonly #bytes: Uint8Array
  readonly #count: number
  readonly #text: string

  constructor(bytes: Uint8Array, apart: string, work: ByteWork) {
    this.#bytes = bytes
    this.#count = readNumber(bytes, 2, 2)
    const from = headSize + 4 * (this.#count + readNumber(bytes, 4, 2))
    const end = from + readNumber(bytes, 6, 4)
    if (end > bytes.length) throw new Error('a stored event is cut short')
    const text = work.read(bytes, from, end)
    this.#text = text
    const attributes = new LineAttributes(bytes, text, this.#count, apart)
    const { hiddenFrom, hiddenTo } = attributes
    this.apart = attributes.hidden
    this.lines =
      hiddenTo === 0 ? text : hiddenTo === text.length ? text.slice(0, hiddenFrom) : text.slice(0, hiddenFrom) + text.slice(hiddenTo)
    this.event = { attributes, data: (bytes[1]! & hasData) === 0 ? undefined : bytes.subarray(end) }
  }

  get passed(): readonly Header[] {
    const passed: Header[] = []
    const bytes = this.#bytes
    const count = readNumber(bytes, 4, 2)
    let at = this.#text.length
    // From the end: it is known where the attributes' lines begin, and not where they end.
    for (let index = this.#count + count - 1; index >= this.#count; index--) {
      const name = readNumber(bytes, headSize + 4 * index, 2)
      const value = readNumber(bytes, headSize + 4 * index + 2, 2)
      at -= name + value + lineExtra
      passed.unshift([this.#text.slice(at, at + name), this.#text.slice(at + name + 2, at + name + 2 + value)])
    }
    return passed
  }
}
