import { describe, expect, it } from '@jest/globals'
import * as fc from 'fast-check'
import { verdicts } from '../rig/malformed.ts'
import { readRequest } from '../rig/read-request.ts'

const bytesOf = (text: string): Buffer => Buffer.from(text, 'latin1')

/** Cuts bytes at the given places (any numbers). */
function split(bytes: Buffer, cuts: readonly number[]): Buffer[] {
  const places = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].sort((a, b) => a - b)
  return [...places, bytes.length].map((place, index) => Buffer.from(bytes.subarray(index === 0 ? 0 : places[index - 1], place)))
}

describe('the request parser', () => {
  it.each(verdicts)('$why: $verdict', ({ bytes, verdict }) => {
    const reading = readRequest([bytesOf(bytes)])
    expect(reading.fault ?? 'accepted').toBe(verdict)
    expect(reading.complete).toBe(verdict === 'accepted')
  })

  it('reads the same from one byte at a time', () => {
    for (const { bytes, why } of verdicts) {
      const whole = bytesOf(bytes)
      const single = Array.from(whole, (_, index) => Buffer.from(whole.subarray(index, index + 1)))
      expect({ why, ...readRequest(single) }).toEqual({ why, ...readRequest([whole]) })
    }
  })

  it('reads the same whatever the split, of messages well- and ill-formed', () => {
    const line = fc.stringMatching(/^[A-Za-z-]{1,10}: ?[ -~]{0,20}$/)
    const wellFormed = fc
      .record({
        fields: fc.array(line, { maxLength: 6 }),
        chunks: fc.array(fc.string({ minLength: 1, maxLength: 30 }), { maxLength: 5 }),
        rest: fc.string()
      })
      .map(({ fields, chunks, rest }) => {
        const body = chunks.map((chunk) => `${Buffer.byteLength(chunk, 'latin1').toString(16)};x\r\n${chunk}\r\n`).join('')
        return `POST /p?q HTTP/1.1\r\nHost: h\r\n${fields.map((field) => `${field}\r\n`).join('')}Transfer-Encoding: chunked\r\n\r\n${body}0\r\nT: v\r\n\r\n${rest}`
      })
    const message = fc.oneof(wellFormed, fc.constantFrom(...verdicts.filter(({ bytes }) => bytes.length < 2000).map(({ bytes }) => bytes)))
    const damaged = fc
      .tuple(message, fc.option(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { nil: undefined }))
      .map(([text, damage]) => {
        const bytes = bytesOf(text)
        if (damage !== undefined) bytes[damage[0] % bytes.length] = damage[1]
        return bytes
      })
    fc.assert(
      fc.property(damaged, fc.array(fc.nat(), { minLength: 1, maxLength: 12 }), (bytes, cuts) => {
        expect(readRequest(split(bytes, cuts))).toEqual(readRequest([bytes]))
      }),
      { numRuns: 5000 }
    )
  })

  it('holds the head to its limit to the byte, whatever the split', () => {
    const head = (filler: number): Buffer => bytesOf(`GET / HTTP/1.1\r\nHost: h\r\nA: ${'b'.repeat(filler)}\r\n\r\n`)
    const fit = 64 * 1024 - head(0).length
    for (const [filler, fault] of [
      [fit, undefined],
      [fit + 1, 'head-too-large']
    ] as const) {
      const bytes = head(filler)
      for (const cuts of [[], [10], [bytes.length - 1], [bytes.length - 3, 64 * 1024]])
        expect(readRequest(split(bytes, cuts)).fault).toBe(fault)
    }
  })
})
