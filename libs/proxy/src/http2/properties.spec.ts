/** What holds for any bytes: where reads are cut makes no difference, and nothing that a peer sends breaks more than its own connection. */
import { describe, expect, it, jest } from '@jest/globals'
import fc from 'fast-check'
import { ByteQueue } from './byte-queue.ts'
import { Http2Stream } from './stream.ts'
import { StreamTable } from './stream-table.ts'
import { Asking } from './testing/asking.ts'
import { data, type FieldsText, frame, get, goAway, headers, ping, request, reset, settings, windowUpdate } from './testing/frames.ts'
import { Served } from './testing/served.ts'

const runs = Number(process.env['PROPERTY_RUNS'] ?? 1000)
/** Milliseconds. */
const patience = 30_000 + runs * 5
jest.setTimeout(patience)
const id = fc.constantFrom(1, 3, 5, 7)
const text = fc.stringMatching(/^[a-z]{0,30}$/)
const fields = fc.array(fc.tuple(fc.constantFrom('x-a', 'x-b', 'te', 'X-Bad', 'content-length'), text), { maxLength: 3 })

/** Frames that mostly make sense, in an order that mostly does not. */
const anyFrame = fc.oneof(
  fc.tuple(id, fc.constantFrom('/', '/echo', '/hold'), fc.boolean()).map(([stream, path, end]) => request(stream, path, end)),
  fc.tuple(id, fields, fc.boolean()).map(([stream, extra, end]) => headers(stream, [...get('/echo', 'POST'), ...extra] as FieldsText, end)),
  fc.tuple(id, text, fc.boolean()).map(([stream, body, end]) => data(stream, body, end)),
  fc.tuple(id, text).map(([stream, value]) => headers(stream, [['x-t', value]])),
  fc.tuple(fc.constantFrom(0, 1, 3), fc.constantFrom(1, 100, 70_000)).map(([stream, by]) => windowUpdate(stream, by)),
  fc.tuple(id, fc.constantFrom(0, 8)).map(([stream, code]) => reset(stream, code)),
  fc.constantFrom(ping(), settings([4, 3]), settings([4, 70_000]), settings([1, 0]), settings([1, 4096]), frame(0x55, 3, 1, 'x')),
  fc
    .tuple(fc.nat({ max: 11 }), fc.nat({ max: 255 }), fc.nat({ max: 4 }), fc.uint8Array({ maxLength: 30 }))
    .map(([type, flags, stream, payload]) => frame(type, flags, stream, payload))
)
const frames = fc.array(anyFrame, { minLength: 1, maxLength: 25 })

/**
 * What the server said on each stream, and what its handler saw. Pieces of a body count as one, and so do the two ways to end it (a flag of the last
 * frame, where that has not left, or an empty frame): cuts may show in them.
 */
function outcome(pieces: readonly Uint8Array[]): unknown {
  const served = new Served()
  for (const piece of pieces) served.send(piece)
  const said = new Map<string, string>()
  for (const line of served.said()) {
    const [, what = '', id = '', rest = ''] = /^(HEADERS|DATA|RST|WINDOW) (\d+) ?(.*)$/.exec(line) ?? ['', line, 'connection', '']
    const ended = /(?:^| )END$/.test(rest)
    const text = ended ? rest.replace(/ ?END$/, '') : rest
    said.set(id, `${said.get(id) ?? ''}${what === 'DATA' ? text : `[${what} ${text}]`}${ended ? '.' : ''}`)
  }
  return {
    said: Object.fromEntries(said),
    requests: served.exchanges.map(({ request: { method, target }, aborted }) => `${method} ${target} ${String(aborted)}`)
  }
}

describe('any frames', () => {
  it('have the same outcome wherever reads are cut', () => {
    fc.assert(
      fc.property(frames, fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 10 }), (sent, sizes) => {
        const whole = Buffer.concat(sent)
        const pieces: Buffer[] = []
        for (let at = 0, turn = 0; at < whole.length; turn++) {
          const size = sizes[turn % sizes.length] as number
          pieces.push(whole.subarray(at, at + size))
          at += size
        }
        expect(outcome(pieces)).toEqual(outcome([whole]))
      }),
      { numRuns: runs }
    )
  })

  it('leave nothing behind when their connection has gone', async () => {
    await fc.assert(
      fc.asyncProperty(frames, async (sent) => {
        const served = new Served()
        served.send(...sent)
        const { window, sender, streams } = served.door as unknown as {
          window: { held: number }
          sender: { queued: number }
          streams: { size: number }
        }
        served.act(() => served.door.destroy())
        await new Promise((resolve) => setImmediate(resolve))
        expect([window.held, sender.queued, streams.size, served.core.active, served.closed]).toEqual([0, 0, 0, 0, 1])
      }),
      { numRuns: Math.min(runs, 500) }
    )
  })
})

describe('any answers', () => {
  const status = fc.constantFrom('200', '103', '204', '99', 'x')
  const answer = fc.oneof(
    anyFrame,
    fc.tuple(id, status, fields, fc.boolean()).map(([stream, code, extra, end]) => headers(stream, [[':status', code], ...extra], end)),
    fc.tuple(fc.constantFrom(0, 1, 5, 0x7fffffff)).map(([lastId]) => goAway(lastId, 0))
  )
  const play = (pieces: readonly Uint8Array[], takes: boolean): unknown => {
    const asking = new Asking()
    asking.takes = takes
    asking.ask().ask('POST').ask('HEAD')
    for (const piece of pieces) asking.send(piece)
    asking.act(() => asking.streams.forEach((stream) => stream.resume()))
    return [asking.said(), asking.hears()]
  }

  it('have the same outcome wherever reads are cut, and none but one for each request', () => {
    fc.assert(
      fc.property(fc.array(answer, { minLength: 1, maxLength: 25 }), fc.integer({ min: 1, max: 40 }), fc.boolean(), (sent, size, takes) => {
        const whole = Buffer.concat(sent)
        const pieces = Array.from({ length: Math.ceil(whole.length / size) }, (_, at) => whole.subarray(at * size, at * size + size))
        const [said, heard] = play([whole], takes) as [string[], string[]]
        expect(play(pieces, takes)).toEqual([said, heard])
        for (const request of [1, 3, 5]) {
          const mine = heard.filter((line) => line.startsWith(`${request} `))
          const over = mine.findIndex((line) => /^\d (?:end|fail)/.test(line))
          expect(over === -1 || over === mine.length - 1).toBe(true)
        }
      }),
      { numRuns: runs }
    )
  })
})

describe('a byte queue', () => {
  it('gives back what was put in, in any pieces', () => {
    const step = fc.record({ put: fc.nat({ max: 40_000 }), take: fc.nat({ max: 40_000 }) })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const queue = new ByteQueue()
        let put = 0
        let taken = 0
        for (const { put: more, take } of steps) {
          const bytes = Buffer.alloc(more)
          for (let at = 0; at < more; at++) bytes[at] = (put + at) % 251
          queue.push(bytes, 0, more)
          put += more
          for (let left = take; left > 0 && queue.size > 0;) {
            const next = queue.peek(left)
            expect(next.every((byte) => byte === taken++ % 251)).toBe(true)
            queue.drop(next.length)
            left -= next.length
          }
          expect(queue.size).toBe(put - taken)
        }
      }),
      { numRuns: 30 }
    )
  })
})

describe('a stream table', () => {
  const host = { openWindow: () => {}, holds: () => {} }

  it('is a map', () => {
    const step = fc.tuple(fc.constantFrom('add', 'delete', 'get'), fc.oneof(fc.nat({ max: 60 }), fc.nat({ max: 2 ** 30 })))
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const table = new StreamTable()
        const map = new Map<number, Http2Stream>()
        for (const [what, number] of steps) {
          const key = number * 2 + 1
          if (what === 'add' && !map.has(key)) {
            const stream = new Http2Stream(key, host, 1, 1)
            map.set(key, stream)
            table.add(stream)
          } else if (what === 'delete') expect(table.delete(key)).toBe(map.delete(key))
          expect(table.get(key)).toBe(map.get(key))
          expect(table.size).toBe(map.size)
        }
        expect(new Set(table.all())).toEqual(new Set(map.values()))
      }),
      { numRuns: runs }
    )
  })
})
