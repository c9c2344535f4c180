/**
 * The bytes of log and snapshot files: a sequence of frames, each written by one write and synced before the next one is begun.
 *
 *     frame  = magic(4) length(4) crc32(4) record*          length and CRC cover the records, of which there is at least one
 *     record = kind(1) revision(6) resource(2) namespace(2) name(2) json(4) texts     the last four are byte lengths, big endian
 *
 * As a frame is only begun when the one before is durable, a bad frame followed by a good one is damage. What a bad last one is, a crash or
 * damage, its bytes tell: see `log-damage.ts`.
 */
import { crc32 } from 'node:zlib'

/** `base` opens a file: everything up to its revision lies before it. `end` closes a snapshot; its revision counts the objects. */
export type RecordKind = 'put' | 'delete' | 'base' | 'end'

/** By the byte that stands for them. */
export const kinds: readonly RecordKind[] = ['put', 'delete', 'base', 'end']
/** 0xff never occurs in UTF-8, so no JSON text imitates the start of a frame. */
export const magic = Buffer.from([0xff, 0x4b, 0x54, 0x31])
/** Bytes before the records. */
export const frameHead = 12
/** Bytes of a record before its texts. */
export const recordHead = 17
/** No frame is larger; a larger length in a file is damage. */
const maxFrame = 0x3fff_ffff

/** Where the frame at `at` ends, 0 when no whole and sound frame is there. */
export function frameEnd(bytes: Buffer, at: number): number {
  if (at + frameHead > bytes.length || bytes.compare(magic, 0, 4, at, at + 4) !== 0) return 0
  const length = bytes.readUInt32BE(at + 4)
  const end = at + frameHead + length
  // No frame is without a record: what looks so is zeros.
  if (length < recordHead || length > maxFrame || end > bytes.length) return 0
  return crc32(bytes.subarray(at + frameHead, end)) === bytes.readUInt32BE(at + 8) ? end : 0
}
