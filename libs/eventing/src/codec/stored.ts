import type { CloudEvent, Header } from '../event/cloud-event.ts'
import { type ByteWork, ownWork } from './byte-work.ts'
import { decodeLines, encodeLines, linesVersion } from './stored-lines.ts'
import { decodeStrings, encodeStrings, stringsVersion } from './stored-strings.ts'

/** An event that was kept in a channel. */
export interface StoredEvent {
  readonly event: CloudEvent
  /** The attribute that was asked for apart: `event` is without it. */
  readonly apart: string | undefined
  /** Headers that travel with the event. */
  readonly passed: readonly Header[]
  /** The lines of a head that `writeBinary` and `passed` come to, each with its end; undefined: they have to be made. */
  readonly lines: string | undefined
}

const nothing: readonly Header[] = []

/** Writes an event, and headers that travel with it, for a channel. */
export function encodeStored(event: CloudEvent, passed: readonly Header[] = nothing, work: ByteWork = ownWork): Uint8Array {
  return encodeLines(event, passed, work) ?? encodeStrings(event, passed, work)
}

/** Reads what {@link encodeStored} wrote, one attribute apart; the data are a view of the same bytes. Throws an Error for bytes that are not of it. */
export function decodeStored(bytes: Uint8Array, apart = '', work: ByteWork = ownWork): StoredEvent {
  if (bytes.length < leastSize || (bytes[0] !== linesVersion && bytes[0] !== stringsVersion))
    throw new Error(`a stored event of version ${bytes[0]} cannot be read, only of ${stringsVersion} and ${linesVersion}`)
  if (bytes[0] === linesVersion) return decodeLines(bytes, apart, work)
  const { event, passed } = decodeStrings(bytes, work)
  const value = event.attributes.get(apart)
  if (value !== undefined) {
    event.attributes.delete(apart)
    event.typed?.delete(apart)
  }
  return { event, apart: value, passed, lines: undefined }
}

/** Of either head. */
const leastSize = 10
