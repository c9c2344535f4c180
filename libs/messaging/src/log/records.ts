import { frameHead, noKey, recordHead, type FrameHead } from './frame.ts'
import type { Place } from './consumer-position.ts'
import type { Segment } from './segment.ts'

/** A record as it was found. */
export interface FoundRecord extends Place {
  readonly offset: number
  readonly body: Buffer
}

/**
 * Hands over the records of a sound frame that begins at `start` of `bytes`, and at `at` of its segment, from offset `from` on. Bodies are copied: they must not keep the
 * frame in memory, of which the others may be long done.
 */
export function readRecords(
  { bytes, start, at, segment }: { readonly bytes: Buffer; readonly start: number; readonly at: number; readonly segment: Segment },
  { count, offset, time }: FrameHead,
  from: number,
  visit: (record: FoundRecord) => void
): void {
  let record = start + frameHead
  for (let index = 0; index < count; index++) {
    const keyLength = bytes.readUInt16LE(record)
    const length = bytes.readUInt32LE(record + 2)
    const keyAt = record + recordHead
    const bodyAt = keyLength === noKey ? keyAt : keyAt + keyLength
    record = bodyAt + length
    if (offset + index < from) continue
    const key = keyLength === noKey ? undefined : bytes.toString('utf8', keyAt, bodyAt)
    const body = Buffer.allocUnsafe(length)
    bytes.copy(body, 0, bodyAt, record)
    visit({ offset: offset + index, key, body, time, segment, at: at + bodyAt - start, length })
  }
}
