/**
 * The bytes of log and snapshot files: a sequence of frames, each written by one write and synced before the next one is begun.
 *
 *     frame  = magic(4) length(4) crc32(4) record*          length and CRC cover the records
 *     record = kind(1) revision(6) resource(2) namespace(2) name(2) json(4) texts     the last four are byte lengths, big endian
 *
 * As a frame is only begun when the one before is durable, a bad frame followed by a good one is damage, and a bad last one is a crash.
 */
import { crc32 } from 'node:zlib'
import type { StoredObject } from './object-store.ts'
import { StoreError } from './store-error.ts'
import { StoredState } from './stored-state.ts'

/** `base` opens a file: everything up to its revision lies before it. `end` closes a snapshot; its revision counts the objects. */
export type RecordKind = 'put' | 'delete' | 'base' | 'end'

export interface LogRecord {
  readonly kind: RecordKind
  readonly state: StoredObject
}

const kinds: readonly RecordKind[] = ['put', 'delete', 'base', 'end']
// 0xff never occurs in UTF-8, so no JSON text imitates the start of a frame.
const magic = Buffer.from([0xff, 0x4b, 0x54, 0x31])
const frameHead = 12
const recordHead = 17
/** No frame is larger; a larger length in a file is damage. */
const maxFrame = 0x3fff_ffff

/** A record that marks instead of stating: `base` and `end`. */
export function markOf(kind: 'base' | 'end', revision: number): LogRecord {
  return { kind, state: new StoredState({ resource: '', namespace: '', name: '' }, revision, '') }
}

/** One frame with all the records. */
export function frameOf(records: readonly LogRecord[]): Buffer {
  const sizes = records.map(({ state }) =>
    [state.key.resource, state.key.namespace, state.key.name, state.json].map((text) => Buffer.byteLength(text))
  )
  const length = sizes.reduce((sum, lengths) => lengths.reduce((total, one) => total + one, sum + recordHead), 0)
  const frame = Buffer.allocUnsafe(frameHead + length)
  let at = frameHead
  records.forEach(({ kind, state }, index) => {
    const [resource, namespace, name, json] = sizes[index] as [number, number, number, number]
    frame.writeUInt8(kinds.indexOf(kind), at)
    frame.writeUIntBE(state.revision, at + 1, 6)
    frame.writeUInt16BE(resource, at + 7)
    frame.writeUInt16BE(namespace, at + 9)
    frame.writeUInt16BE(name, at + 11)
    frame.writeUInt32BE(json, at + 13)
    at += recordHead
    at += frame.write(state.key.resource, at)
    at += frame.write(state.key.namespace, at)
    at += frame.write(state.key.name, at)
    at += frame.write(state.json, at)
  })
  magic.copy(frame)
  frame.writeUInt32BE(length, 4)
  frame.writeUInt32BE(crc32(frame.subarray(frameHead)), 8)
  return frame
}

/** What a file holds: its records, where the good frames end, and whether good frames follow the first bad one. */
export interface FileContent {
  readonly records: readonly LogRecord[]
  readonly goodBytes: number
  readonly damaged: boolean
}

/** Reads frames up to the first bad one. Throws StoreError `corrupt`, naming the file, for sound bytes of an unknown kind. */
export function contentOf(bytes: Buffer, path: string): FileContent {
  const records: LogRecord[] = []
  const interned = new Map<string, string>()
  let at = 0
  for (let end = frameEnd(bytes, at); end > 0; end = frameEnd(bytes, at)) {
    readRecords({ bytes, path }, at + frameHead, end, records, interned)
    at = end
  }
  return { records, goodBytes: at, damaged: at < bytes.length && hasFrameAfter(bytes, at + 1) }
}

/** Where the frame at `at` ends, 0 when no whole and sound frame is there. */
function frameEnd(bytes: Buffer, at: number): number {
  if (at + frameHead > bytes.length || bytes.compare(magic, 0, 4, at, at + 4) !== 0) return 0
  const length = bytes.readUInt32BE(at + 4)
  const end = at + frameHead + length
  if (length > maxFrame || end > bytes.length) return 0
  return crc32(bytes.subarray(at + frameHead, end)) === bytes.readUInt32BE(at + 8) ? end : 0
}

function hasFrameAfter(bytes: Buffer, from: number): boolean {
  for (let at = bytes.indexOf(magic, from); at >= 0; at = bytes.indexOf(magic, at + 1)) if (frameEnd(bytes, at) > 0) return true
  return false
}

function readRecords(
  { bytes, path }: { bytes: Buffer; path: string },
  from: number,
  end: number,
  into: LogRecord[],
  interned: Map<string, string>
): void {
  for (let at = from; at < end;) {
    const kind = kinds[bytes.readUInt8(at)]
    if (kind === undefined)
      throw new StoreError('corrupt', `${path} holds an unknown kind of record at byte ${at}: was it written by a newer version?`)
    const revision = bytes.readUIntBE(at + 1, 6)
    const texts = at + recordHead
    const resourceEnd = texts + bytes.readUInt16BE(at + 7)
    const namespaceEnd = resourceEnd + bytes.readUInt16BE(at + 9)
    const nameEnd = namespaceEnd + bytes.readUInt16BE(at + 11)
    const jsonEnd = nameEnd + bytes.readUInt32BE(at + 13)
    // Ten thousand objects share few resources and namespaces: one string each.
    const resource = intern(interned, bytes.toString('utf8', texts, resourceEnd))
    const namespace = intern(interned, bytes.toString('utf8', resourceEnd, namespaceEnd))
    const key = { resource, namespace, name: bytes.toString('utf8', namespaceEnd, nameEnd) }
    into.push({ kind, state: new StoredState(key, revision, bytes.toString('utf8', nameEnd, jsonEnd)) })
    at = jsonEnd
  }
}

function intern(known: Map<string, string>, text: string): string {
  const same = known.get(text)
  if (same !== undefined) return same
  known.set(text, text)
  return text
}
