/**
 * Frames: what segments consist of. All numbers are little endian.
 *
 *     frame  = magic(3) version(1) length(4) crc32(4) flags(4) count(4) offset(8) time(8) record*     length counts the records' bytes
 *     record = key length(2) body length(4) key body                                                 key length 0xffff: no key
 *
 * The checksum covers everything behind it: the rest of the head, and the records. Offset is that of the first record; the others follow by one. What was
 * committed together shares its time. A commit writes one frame, or several when it is large, of which all but the first have the flag `continues`. A commit is begun
 * only when the one before is durable: behind a bad frame a good one that does not continue is the proof that the bad one had been durable, so that it is damage and not
 * what a crash left.
 */
import { crc32 } from 'node:zlib'
import type { Message } from '../channel-store.ts'

/** Bytes before the records of a frame. */
export const frameHead = 36
/** Bytes before key and body of a record. */
export const recordHead = 6
/** A key length that stands for no key. */
export const noKey = 0xffff
/** The first bytes of a frame. The last one is the version. 0xff is in no UTF-8 text. */
export const frameMagic = Buffer.from([0xff, 0x4b, 0x45, 1])
/** A frame is closed when its records have so many bytes: reading one message must not mean to read a megabyte. */
export const frameTarget = 64 << 10
const maxRecords = 0x7fff_ffff
const continuesFlag = 1
const high = 2 ** 32

/** What a frame's head says. */
export interface FrameHead {
  /** Of the whole frame, in bytes. */
  readonly size: number
  readonly count: number
  readonly offset: number
  readonly time: number
  readonly continues: boolean
}

/** Bytes that a record of this message takes. */
export function recordSize({ key, body }: Message): number {
  return recordHead + (key === undefined ? 0 : Buffer.byteLength(key)) + body.length
}

/** Bytes that frames of records of `size` bytes take at most. */
export function framesSize(size: number): number {
  return size + frameHead * (Math.floor(size / frameTarget) + 1)
}

/** Writes messages as frames of one commit to `into` at `at`; returns where they end. There must be room: {@link framesSize}. */
export function writeFrames(into: Buffer, at: number, messages: readonly Message[], offset: number, time: number): number {
  let start = at
  let end = at + frameHead
  let first = 0
  for (let index = 0; index < messages.length; index++) {
    end = writeRecord(into, end, messages[index] as Message)
    if (end - start - frameHead < frameTarget && index + 1 < messages.length) continue
    writeHead(into, start, end, index + 1 - first, offset + first, time, first > 0)
    first = index + 1
    start = end
    end += frameHead
  }
  return start
}

function writeRecord(into: Buffer, at: number, { key, body }: Message): number {
  const keyAt = at + recordHead
  const keyLength = key === undefined ? 0 : into.write(key, keyAt)
  into.writeUInt16LE(key === undefined ? noKey : keyLength, at)
  into.writeUInt32LE(body.length, at + 2)
  into.set(body, keyAt + keyLength)
  return keyAt + keyLength + body.length
}

function writeHead(into: Buffer, at: number, end: number, count: number, offset: number, time: number, continues: boolean): void {
  into.set(frameMagic, at)
  into.writeUInt32LE(end - at - frameHead, at + 4)
  into.writeUInt32LE(continues ? continuesFlag : 0, at + 12)
  into.writeUInt32LE(count, at + 16)
  writeLong(into, offset, at + 20)
  writeLong(into, time, at + 28)
  into.writeUInt32LE(crc32(into.subarray(at + 12, end)), at + 8)
}

/** Writes a number below 2^53 in 8 bytes. */
export function writeLong(into: Buffer, value: number, at: number): void {
  into.writeUInt32LE(value % high, at)
  into.writeUInt32LE(Math.floor(value / high), at + 4)
}

/** Reads what {@link writeLong} wrote. */
export function readLong(bytes: Buffer, at: number): number {
  return bytes.readUInt32LE(at) + bytes.readUInt32LE(at + 4) * high
}

/**
 * Size of the frame that begins at `at`, as its unchecked head says; 0 when no frame begins there, or `bytes` (up to `end`) has too little of its head to say.
 */
export function frameSizeAt(bytes: Buffer, at: number, end: number): number {
  if (at + frameHead > end || bytes.compare(frameMagic, 0, 4, at, at + 4) !== 0) return 0
  const length = bytes.readUInt32LE(at + 4)
  return length < recordHead || length > maxRecords ? 0 : frameHead + length
}

/** The head of the whole and sound frame at `at`; undefined when there is none before `end`. */
export function readFrame(bytes: Buffer, at: number, end: number): FrameHead | undefined {
  const size = frameSizeAt(bytes, at, end)
  if (size === 0 || at + size > end) return undefined
  if (crc32(bytes.subarray(at + 12, at + size)) !== bytes.readUInt32LE(at + 8)) return undefined
  return {
    size,
    count: bytes.readUInt32LE(at + 16),
    offset: readLong(bytes, at + 20),
    time: readLong(bytes, at + 28),
    continues: (bytes.readUInt32LE(at + 12) & continuesFlag) !== 0
  }
}
