/** What a hostile peer can make a session do, and when it is told to go. Memory is what the session counts, not what the process weighs. */
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals'
import type { Exchange } from '../server/exchange.ts'
import { errorCode, flag, frameType, setting } from './codes.ts'
import { controlBucket, emptyBucket, manyUnreadBytes, mostUnreadBytes, resetBucket, stalledMs, windowBucket } from './limits.ts'
import { block, data, frame, get, headers, integer, ping, request, reset, settings, settingsAck, windowUpdate } from './testing/frames.ts'
import { Served } from './testing/served.ts'

// Buckets fill with time: how long a machine takes over a flood must not be how much of it is allowed.
beforeEach(() => {
  jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask', 'setImmediate'] })
})
afterEach(() => {
  jest.useRealTimers()
})

/** Sends until the server ends the connection; how many times it took. */
function sendUntilEnd(served: Served, most: number, next: (time: number) => Buffer[]): number {
  for (let time = 0; time < most; time++) {
    served.send(...next(time))
    if (served.wire.ended || served.wire.destroyed) return time + 1
  }
  return Number.POSITIVE_INFINITY
}

const verdict = (served: Served): string | undefined =>
  served
    .answers()
    .find((line) => line.startsWith('GOAWAY'))
    ?.split(' ')[2]

describe('a flood of', () => {
  it.each<[string, number, (time: number) => Buffer[]]>([
    ['PING', controlBucket.size, () => [ping()]],
    ['PING acknowledgements', controlBucket.size, () => [ping('12345678', flag.ack)]],
    ['SETTINGS', controlBucket.size, () => [settings([setting.initialWindowSize, 100])]],
    ['SETTINGS acknowledgements', controlBucket.size, () => [settingsAck]],
    ['PRIORITY', controlBucket.size, () => [frame(frameType.priority, 0, 1, '\0\0\0\0\0')]],
    ['unknown frames', controlBucket.size, () => [frame(0x77, 0, 0, 'x')]],
    ['GOAWAY', controlBucket.size, () => [frame(frameType.goAway, 0, 0, '\0\0\0\0\0\0\0\0')]],
    ['WINDOW_UPDATE', windowBucket.size, () => [windowUpdate(0, 1)]],
    ['WINDOW_UPDATE on a closed stream', windowBucket.size, (time) => (time === 0 ? [request(1)] : [windowUpdate(1, 1)])],
    ['empty DATA', emptyBucket.size, (time) => (time === 0 ? [request(1, '/hold', false)] : [data(1, '')])],
    [
      'padding',
      emptyBucket.size,
      (time) => (time === 0 ? [request(1, '/hold', false)] : [frame(frameType.data, flag.padded, 1, '\x01\0')])
    ],
    [
      'empty CONTINUATION',
      emptyBucket.size,
      (time) => (time === 0 ? [frame(frameType.headers, 1, 1, block(get()))] : [frame(frameType.continuation, 0, 1)])
    ],
    [
      'CONTINUATION',
      256,
      (time) => (time === 0 ? [frame(frameType.headers, 1, 1, block(get()))] : [frame(frameType.continuation, 0, 1, block([['x', 'y']]))])
    ],
    [
      'requests that are reset at once (rapid reset)',
      resetBucket.size,
      (time) => [request(time * 2 + 1, '/hold'), reset(time * 2 + 1, errorCode.cancel)]
    ],
    ['malformed requests', resetBucket.size, (time) => [headers(time * 2 + 1, [['x', 'y']])]],
    [
      'requests that have the server reset them',
      resetBucket.size,
      (time) => [request(time * 2 + 1, '/hold'), windowUpdate(time * 2 + 1, 0)]
    ],
    ['DATA behind the end of streams', resetBucket.size, (time) => [request(time * 2 + 1, '/hold'), data(time * 2 + 1, 'x')]],
    ['requests over the limit of streams', resetBucket.size + 10, (time) => [request(time * 2 + 1, '/hold')]]
  ])('%s ends in ENHANCE_YOUR_CALM', (_, most, next) => {
    const served = new Served()
    served.said()
    const taken = sendUntilEnd(served, most * 2 + 100, next)
    expect(verdict(served)).toBe('ENHANCE_YOUR_CALM')
    expect(taken).toBeLessThan(most * 1.5 + 20)
    expect(taken).toBeGreaterThan(most * 0.5)
    expect(served.core.active).toBeLessThanOrEqual(10)
  })

  it('resets is told from a busy client, whose requests are answered', () => {
    const served = new Served()
    const taken = sendUntilEnd(served, resetBucket.size * 6, (time) => [
      request(time * 4 + 1),
      request(time * 4 + 3, '/hold'),
      reset(time * 4 + 3, errorCode.cancel)
    ])
    expect(taken).toBe(Number.POSITIVE_INFINITY)
  })

  it('PING is told from a client that measures its bandwidth', () => {
    const served = new Served({
      handler: (exchange) => {
        const held = exchange as unknown as { hold(): void }
        held.hold()
        exchange.request.body.flowTo({ chunk: () => true, end: () => {}, fail: () => {} })
      }
    })
    served.send(request(1, '/', false))
    const taken = sendUntilEnd(served, controlBucket.size * 3, () => [data(1, 'message'), ping()])
    expect(taken).toBe(Number.POSITIVE_INFINITY)
  })
})

describe('header bombs', () => {
  it('a table entry named again and again is counted at its size', () => {
    const served = new Served()
    served.said()
    const value = Buffer.alloc(3000, 'v')
    const entry = Buffer.concat([Buffer.from([0x40, 1, 0x61]), integer(0, 127, value.length), value])
    served.send(frame(frameType.headers, 5, 1, Buffer.concat([block(get()), entry, Buffer.alloc(10_000, 0xbe)])))
    expect(served.answers()).toEqual(['GOAWAY 1 ENHANCE_YOUR_CALM', 'CLOSED'].map((line) => line.replace('GOAWAY 1', 'GOAWAY 0')))
  })

  it('a block that goes on and on is not gathered', () => {
    const served = new Served()
    served.said()
    served.send(frame(frameType.headers, 1, 1, block(get())))
    const part = frame(frameType.continuation, 0, 1, Buffer.alloc(16_384))
    expect(sendUntilEnd(served, 100, () => [part])).toBe(4)
    expect(verdict(served)).toBe('ENHANCE_YOUR_CALM')
  })
})

describe('windows', () => {
  it('what nobody reads is held within the windows, and is let go with its stream', () => {
    const served = new Served({ limits: { streams: 100 } })
    served.said()
    for (let id = 1; id < 200; id += 2) {
      served.send(
        request(id, '/hold', false),
        ...Array.from({ length: 3 }, () => data(id, Buffer.alloc(16_384))),
        data(id, Buffer.alloc(16_383))
      )
    }
    const held = (served.door as unknown as { window: { held: number } }).window
    expect(held.held).toBe(100 * 65_535)
    // Streams without a reader get no more; the connection stays open for the others.
    expect(served.said().filter((line) => !line.startsWith('WINDOW 0'))).toEqual([])
    for (let id = 1; id < 200; id += 2) served.send(reset(id, errorCode.cancel))
    expect(held.held).toBe(0)
  })

  it('the window of the connection stays shut when very much is held', () => {
    const served = new Served({ limits: { streams: 10_000 } })
    served.said()
    let sent = 0
    let id = 1
    for (; !served.wire.ended; id += 2) {
      served.send(request(id, '/hold', false), ...Array.from({ length: 3 }, () => data(id, Buffer.alloc(16_384))))
      sent += 3 * 16_384
    }
    // The greeting and the allowance, and not more.
    expect(sent).toBeLessThan(18 * 1024 * 1024)
    expect(verdict(served)).toBe('FLOW_CONTROL_ERROR')
  })

  it('answers wait no further than the bound when no window is ever opened', () => {
    const served = new Served({
      limits: { streams: 10_000 },
      handler: (exchange: Exchange) => void exchange.respond(200, {}, Buffer.alloc(1024 * 1024))
    })
    served.said()
    served.send(settings([setting.initialWindowSize, 0]))
    expect(sendUntilEnd(served, 1000, (time) => [request(time * 2 + 1)])).toBe(33)
    expect(verdict(served)).toBe('ENHANCE_YOUR_CALM')
  })

  it('a peer that never opens its windows is sent away', () => {
    const served = new Served()
    served.said()
    served.send(settings([setting.initialWindowSize, 1]), request(1))
    served.answers()
    const now = performance.now()
    served.act(() => served.door.sweep(now))
    served.act(() => served.door.sweep(now + stalledMs - 1))
    expect(served.answers()).toEqual([])
    served.act(() => served.door.sweep(now + stalledMs + 1))
    expect(served.answers()).toEqual(['GOAWAY 1 ENHANCE_YOUR_CALM', 'CLOSED'])
  })

  it('windows opened byte by byte cost no more than the bucket', () => {
    const served = new Served({ handler: (exchange: Exchange) => void exchange.respond(200, {}, Buffer.alloc(1_000_000)) })
    served.send(settings([setting.initialWindowSize, 0]), request(1))
    const taken = sendUntilEnd(served, 200_000, () => [windowUpdate(1, 1)])
    // While each byte is a frame of data, the client pays for what it gets; then the window of the connection is used up.
    expect(taken).toBeLessThan(65_535 + windowBucket.size * 1.5)
    expect(served.frames().filter(({ type }) => type === frameType.data)).toHaveLength(65_535)
  })
})

describe('a peer that does not read', () => {
  it('is not read from either, once answers pile up', () => {
    const served = new Served({ handler: (exchange) => void exchange.respond(204) })
    served.wire.congested = true
    let sent = 0
    while (!served.wire.paused && sent < 100_000) {
      served.send(request(sent * 2 + 1))
      sent++
    }
    expect(sent).toBeLessThan(manyUnreadBytes / 10 + 1)
    expect(served.wire.destroyed).toBe(false)
    served.wire.congested = false
    served.act(() => served.wire.owner.drained())
    expect(served.wire.paused).toBe(false)
  })

  it('has its acknowledgements bounded', () => {
    const served = new Served()
    served.wire.congested = true
    // One read may bring many.
    served.send(Buffer.concat(Array.from({ length: controlBucket.size }, () => ping())))
    served.wire.flush()
    expect(served.wire.output.length).toBeLessThan(mostUnreadBytes)
  })
})

describe('slow heads', () => {
  it.each([
    ['frame', request(1).subarray(0, 20)],
    ['block', frame(frameType.headers, 1, 1, block(get()))]
  ])('a %s that does not come to its end', (_, first) => {
    const served = new Served({ times: { headMs: 1000 } })
    served.said()
    served.send(first)
    const now = performance.now()
    served.act(() => served.door.sweep(now + 500))
    expect(served.answers()).toEqual([])
    served.act(() => served.door.sweep(now + 1500))
    expect(served.answers()).toEqual(['GOAWAY 0 ENHANCE_YOUR_CALM', 'CLOSED'])
    served.act(() => served.door.sweep(performance.now() + 3000))
    expect(served.wire.destroyed).toBe(true)
  })

  it('a connection without streams is closed after its time, one with a stream is not', () => {
    const served = new Served({ times: { idleMs: 1000 } })
    served.said()
    served.send(request(1, '/hold'))
    served.act(() => served.door.sweep(performance.now() + 5000))
    expect(served.answers()).toEqual([])
    served.act(() => served.exchanges[0]?.respond(204))
    served.act(() => served.door.sweep(performance.now() + 500))
    expect(served.answers()).toEqual(['HEADERS 1 204 END'])
    served.act(() => served.door.sweep(performance.now() + 5000))
    expect(served.answers()[0]).toBe('GOAWAY 2147483647 NO_ERROR')
  })

  it('a body that is wanted and does not come', () => {
    const served = new Served({ times: { bodyMs: 1000 } })
    served.said()
    served.send(request(1, '/echo', false), request(3, '/hold', false))
    served.act(() => served.door.sweep(performance.now() + 1500))
    expect(served.answers()).toEqual(['HEADERS 1 200', 'RST 1 CANCEL'])
    expect(served.exchanges.map(({ aborted }) => aborted)).toEqual(['client-gone', undefined])
  })
})
