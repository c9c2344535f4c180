/** What is in the frames of log and snapshot files: see `log-frame.ts` for their form. */
import { crc32 } from 'node:zlib'
import { damagedByteOf } from './log-damage.ts'
import { frameEnd, frameHead, kinds, magic, recordHead, type RecordKind } from './log-frame.ts'
import type { StoredObject } from './object-store.ts'
import { StoreError } from './store-error.ts'
import { StoredState } from './stored-state.ts'

export interface LogRecord {
  readonly kind: RecordKind
  readonly state: StoredObject
}

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

/** What a file holds: its records, where the good frames end, and the byte at which it is damaged; what a crash left is no damage. */
export interface FileContent {
  readonly records: readonly LogRecord[]
  readonly goodBytes: number
  readonly damagedAt: number | undefined
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
  const damagedAt = at === bytes.length ? undefined : (damagedByteOf(bytes, at) ?? (hasFrameAfter(bytes, at + 1) ? at : undefined))
  return { records, goodBytes: at, damagedAt }
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
