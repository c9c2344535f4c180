import { describe, expect, it } from '@jest/globals'
import { frameHead, framesSize, frameTarget, noKey, readFrame, recordHead, recordSize, writeFrames } from './frame.ts'

const message = (length: number, key?: string) => ({ body: new Uint8Array(length).fill(length), ...(key !== undefined && { key }) })

describe('frames', () => {
  it('hold messages with and without keys, offsets and times beyond 2^32', () => {
    const messages = [message(3, 'ä'), message(0), message(5, '')]
    const size = messages.reduce((sum, one) => sum + recordSize(one), 0)
    const bytes = Buffer.alloc(framesSize(size) + 7)
    const end = writeFrames(bytes, 7, messages, 2 ** 40 + 3, 1_900_000_000_123)
    expect(end).toBe(7 + frameHead + size)
    expect(readFrame(bytes, 7, end)).toEqual({
      size: frameHead + size,
      count: 3,
      offset: 2 ** 40 + 3,
      time: 1_900_000_000_123,
      continues: false
    })
    const first = 7 + frameHead
    expect(bytes.readUInt16LE(first)).toBe(2)
    expect(bytes.subarray(first + recordHead, first + recordHead + 5)).toEqual(Buffer.from([0xc3, 0xa4, 3, 3, 3]))
    expect(bytes.readUInt16LE(first + recordSize(messages[0]!))).toBe(noKey)
  })

  it('of a large commit are several, and say that they continue', () => {
    const messages = Array.from({ length: 200 }, () => message(1000))
    const size = messages.reduce((sum, one) => sum + recordSize(one), 0)
    const bytes = Buffer.alloc(framesSize(size))
    const end = writeFrames(bytes, 0, messages, 0, 1)
    const seen: [offset: number, count: number, continues: boolean][] = []
    for (let at = 0; at < end;) {
      const head = readFrame(bytes, at, end)!
      expect(head.size).toBeLessThan(frameTarget + 2000)
      seen.push([head.offset, head.count, head.continues])
      at += head.size
    }
    expect(seen).toEqual([
      [0, 66, false],
      [66, 66, true],
      [132, 66, true],
      [198, 2, true]
    ])
  })

  it('are never more than was reckoned with', () => {
    for (const length of [0, 1, frameTarget - 7, frameTarget - 6, frameTarget - 5, frameTarget, 3 * frameTarget]) {
      const messages = [message(length), message(length), message(1)]
      const size = messages.reduce((sum, one) => sum + recordSize(one), 0)
      expect(writeFrames(Buffer.alloc(framesSize(size)), 0, messages, 0, 1)).toBeLessThanOrEqual(framesSize(size))
    }
  })

  it('are not read when any bit is another, or an end is missing', () => {
    const bytes = Buffer.alloc(100)
    const end = writeFrames(bytes, 0, [message(10, 'k')], 5, 6)
    for (let bit = 0; bit < end * 8; bit++) {
      bytes[bit >> 3]! ^= 1 << (bit & 7)
      expect({ bit, head: readFrame(bytes, 0, end) }).toEqual({ bit, head: undefined })
      bytes[bit >> 3]! ^= 1 << (bit & 7)
    }
    for (let cut = 0; cut < end; cut++) expect(readFrame(bytes, 0, cut)).toBeUndefined()
    expect(readFrame(bytes, 0, end)).toBeDefined()
  })
})
