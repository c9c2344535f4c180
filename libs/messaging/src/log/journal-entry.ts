/**
 * The journal's entries: frames of many topics, made durable by one sync. All numbers are little endian.
 *
 *     entry = magic(3) version(1) crc32(4) topic(8) base(8) position(8) length(4) frames      the checksum covers the rest of the head
 *
 * The frames belong to `position` of the segment that begins with offset `base` of the topic with the number `topic`. Writing them there once more changes nothing.
 */
import { crc32 } from 'node:zlib'
import { readFrame, readLong, writeLong } from './frame.ts'

/** Bytes before the frames of an entry. */
export const entryHead = 36
const magic = Buffer.from([0xff, 0x4b, 0x4a, 1])

/** Where frames belong. */
export interface EntryHead {
  readonly topic: number
  readonly base: number
  readonly position: number
  /** Of the frames, in bytes. */
  readonly length: number
}

/** Writes the head of an entry at `at`. */
export function writeEntryHead(into: Buffer, at: number, { topic, base, position, length }: EntryHead): void {
  into.set(magic, at)
  writeLong(into, topic, at + 8)
  writeLong(into, base, at + 16)
  writeLong(into, position, at + 24)
  into.writeUInt32LE(length, at + 32)
  into.writeUInt32LE(crc32(into.subarray(at + 8, at + entryHead)), at + 4)
}

/** The head of the entry that these bytes are; undefined when they are none. */
export function readEntryHead(bytes: Buffer): EntryHead | undefined {
  if (bytes.length < entryHead || bytes.compare(magic, 0, 4, 0, 4) !== 0) return undefined
  if (crc32(bytes.subarray(8, entryHead)) !== bytes.readUInt32LE(4)) return undefined
  return { topic: readLong(bytes, 8), base: readLong(bytes, 16), position: readLong(bytes, 24), length: bytes.readUInt32LE(32) }
}

/** Whether these bytes are sound frames, all of them. */
export function areFrames(bytes: Buffer): boolean {
  let at = 0
  while (at < bytes.length) {
    const head = readFrame(bytes, at, bytes.length)
    if (head === undefined) return false
    at += head.size
  }
  return true
}
