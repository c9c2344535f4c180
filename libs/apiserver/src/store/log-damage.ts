/**
 * What is wrong with a frame that is not sound. A crash leaves a write short, or with zeros where its pages had not come to the disk;
 * anything else is damage, and what was acknowledged would be lost with it in silence. One flipped bit is always told from a crash, since
 * the checksum says which bit it was.
 */
import { crc32 } from 'node:zlib'
import { frameEnd, frameHead, kinds, magic, recordHead } from './log-frame.ts'

/** The byte at which the unsound frame at `at` is damaged; undefined when it is what a crash leaves. Bytes are changed only while it runs. */
export function damagedByteOf(bytes: Buffer, at: number): number | undefined {
  // The shortest frame has one record without texts.
  if (bytes.length - at < frameHead + recordHead) return undefined
  const flipped = flippedInHead(bytes, at) ?? flippedInRecords(bytes, at)
  if (flipped !== undefined) return flipped
  if (isHoled(bytes, at)) return undefined
  if (bytes.compare(magic, 0, 4, at, at + 4) !== 0) return at
  const end = endOf(bytes, at)
  if (end <= bytes.length) return at
  // Short, unless everything is there and only the length says otherwise.
  return crc32(bytes.subarray(at + frameHead)) === bytes.readUInt32BE(at + 8) ? at + 4 : undefined
}

const endOf = (bytes: Buffer, at: number) => at + frameHead + bytes.readUInt32BE(at + 4)

/** The byte of a frame's head with the one bit that makes the frame sound when it is turned back. */
function flippedInHead(bytes: Buffer, at: number): number | undefined {
  for (let index = at; index < at + frameHead; index++) {
    const byte = bytes[index] as number
    for (let bit = 1; bit < 256; bit <<= 1) {
      bytes[index] = byte ^ bit
      const isSound = frameEnd(bytes, at) > 0
      bytes[index] = byte
      if (isSound) return index
    }
  }
  return undefined
}

/** What each byte adds to a CRC-32 that is shifted by it. */
const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1
  return value
})

/**
 * The byte of a frame's records with the one bit that makes the frame sound. A flipped bit changes the checksum by a value that depends on
 * its distance from the end alone, and no two places within a frame share it.
 */
function flippedInRecords(bytes: Buffer, at: number): number | undefined {
  const end = endOf(bytes, at)
  if (end > bytes.length) return undefined
  const difference = (crc32(bytes.subarray(at + frameHead, end)) ^ bytes.readUInt32BE(at + 8)) >>> 0
  const changes = Uint32Array.from({ length: 8 }, (_, bit) => table[1 << bit] as number)
  for (let index = end - 1; index >= at + frameHead; index--) {
    if (changes.includes(difference)) return index
    for (const [bit, change] of changes.entries()) changes[bit] = (change >>> 8) ^ (table[change & 0xff] as number)
  }
  return undefined
}

/** Whether there are zeros where no frame has any: pages that were not written when the machine stopped. */
function isHoled(bytes: Buffer, at: number): boolean {
  if (bytes.subarray(at, at + magic.length).includes(0) || bytes[at + 7] === 0) return true
  const end = Math.min(endOf(bytes, at), bytes.length)
  for (let head = at + frameHead; head + recordHead <= end;) {
    const kind = kinds[bytes.readUInt8(head)]
    const sizes = [bytes.readUInt16BE(head + 7), bytes.readUInt16BE(head + 9), bytes.readUInt16BE(head + 11), bytes.readUInt32BE(head + 13)]
    const [resource, namespace, name, json] = sizes as [number, number, number, number]
    if (kind === undefined) return false
    // Marks have no texts, everything else has a kind, a name and a state.
    if ((kind === 'put' || kind === 'delete') && (resource === 0 || name === 0 || json === 0)) return true
    const next = head + recordHead + resource + namespace + name + json
    if (bytes.subarray(head + recordHead, Math.min(next, end)).includes(0)) return true
    head = next
  }
  return false
}
