import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { controlFrame, dataHead, FrameReader, frameType } from './frames.ts'
import { SpdyError } from './spdy-error.ts'

/** Everything that was read, data of one frame joined again. */
function readAll(chunks: readonly Uint8Array[]): { data: Map<number, { text: string; fins: number }>; controls: string[]; idle: boolean } {
  const reader = new FrameReader()
  const data = new Map<number, { text: string; fins: number }>()
  const controls: string[] = []
  for (const chunk of chunks) {
    for (const frame of reader.read(chunk)) {
      if (frame.kind === 'control') controls.push(`${frame.type}/${frame.flags}/${frame.body.toString('hex')}`)
      else {
        const seen = data.get(frame.stream) ?? { text: '', fins: 0 }
        data.set(frame.stream, { text: seen.text + frame.bytes.toString('hex'), fins: seen.fins + (frame.fin ? 1 : 0) })
      }
    }
  }
  return { data, controls, idle: reader.idle }
}

function cut(bytes: Buffer, places: readonly number[]): Buffer[] {
  const marks = [...new Set(places.map((place) => place % (bytes.length + 1)))].toSorted((a, b) => a - b)
  return [0, ...marks].map((from, index) => bytes.subarray(from, marks[index] ?? bytes.length))
}

describe('frames', () => {
  it('come out as they went in, wherever the bytes are cut', () => {
    const sent = fc.record({
      stream: fc.integer({ min: 1, max: 0x7fff_ffff }),
      bytes: fc.uint8Array({ maxLength: 300 }),
      fin: fc.boolean()
    })
    const ping = fc.integer({ min: 0, max: 0xffff_ffff })
    fc.assert(
      fc.property(fc.array(fc.oneof(sent, ping), { maxLength: 12 }), fc.array(fc.nat(), { maxLength: 20 }), (frames, places) => {
        const bytes = Buffer.concat(
          frames.flatMap((frame) =>
            typeof frame === 'number'
              ? [controlFrame(frameType.ping, 0, frame)]
              : [dataHead(frame.stream, frame.bytes.length, frame.fin), frame.bytes]
          )
        )
        const expected = new Map<number, { text: string; fins: number }>()
        for (const { stream, bytes: content, fin } of frames.filter((frame) => typeof frame !== 'number')) {
          if (content.length === 0 && !fin) continue
          const seen = expected.get(stream) ?? { text: '', fins: 0 }
          expected.set(stream, { text: seen.text + Buffer.from(content).toString('hex'), fins: seen.fins + (fin ? 1 : 0) })
        }
        const pings = frames.filter((frame) => typeof frame === 'number').map((id) => `6/0/${id.toString(16).padStart(8, '0')}`)
        expect(readAll(cut(bytes, places))).toEqual({ data: expected, controls: pings, idle: true })
      })
    )
  })

  it('of any bytes end in frames or in a refusal, never in anything else', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 64 }), { maxLength: 8 }), (chunks) => {
        try {
          readAll(chunks)
        } catch (error) {
          expect(error).toBeInstanceOf(SpdyError)
        }
      })
    )
  })

  it.each([
    ['another version', '80020001000000', 'a frame of SPDY version 2: 3 is spoken here'],
    ['data for no stream', '0000000000000001', 'data for stream 0'],
    ['a control frame without end', '8003000100ffffff', 'a control frame of 16777215 bytes: at most 65536 are read']
  ])('refuses %s', (_, hex, message) => {
    expect(() => readAll([Buffer.from(hex.padEnd(16, '0'), 'hex')])).toThrow(message)
  })
})
