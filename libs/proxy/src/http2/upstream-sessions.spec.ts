import { beforeEach, describe, expect, it } from '@jest/globals'
import { HeaderList } from '../header-list.ts'
import type { OutgoingRequest } from '../http1/upstream-connection.ts'
import { UpstreamError } from '../upstream/outcome.ts'
import { MemoryWire } from '../testing/memory-wire.ts'
import type { Http2Upstreams } from '../upstream/upstream-pool.ts'
import type { UpstreamListener, UpstreamStream } from '../upstream/upstream-stream.ts'
import { flushAfterAll, inTurn } from '../wire/turn.ts'
import { errorCode, frameType } from './codes.ts'
import { goAway, headers, maxStreams, parseFrames, preface, reset, settings } from './testing/frames.ts'
import { openHttp2Upstreams } from './upstream-sessions.ts'

const times = { timeoutMs: 1000, attempts: 1, factor: 1 }
const request: OutgoingRequest = {
  method: 'GET',
  target: '/',
  host: 'h',
  newHost: 'h',
  sameLine: false,
  givenUp: false,
  headers: new HeaderList(),
  edits: undefined,
  chunked: false,
  hasBody: false,
  upgrade: undefined
}

describe('the connections to upstreams', () => {
  let wires: MemoryWire[]
  let dials: PromiseWithResolvers<MemoryWire>[]
  let upstreams: Http2Upstreams
  let heard: string[]

  beforeEach(() => {
    wires = []
    dials = []
    heard = []
    upstreams = openHttp2Upstreams({
      dial: () => {
        const dialled = Promise.withResolvers<MemoryWire>()
        dials.push(dialled)
        return dialled.promise
      }
    })
  })

  const listener = (name: string): UpstreamListener => ({
    interim: () => {},
    head: (status) => void heard.push(`${name} ${status}`),
    chunk: () => true,
    end: () => {},
    fail: (error) => void heard.push(`${name} ${error.code}${error.unsent ? ' unsent' : ''}`),
    switched: () => {},
    drained: () => {}
  })
  const send = (name: string, address = 'a:1'): UpstreamStream | Promise<UpstreamStream> => {
    let stream: UpstreamStream | Promise<UpstreamStream> | undefined
    inTurn(() => (stream = upstreams.send(address, request, listener(name), times)))
    return stream as unknown as UpstreamStream | Promise<UpstreamStream>
  }
  /** The next dial that is under way succeeds; the upstream greets. */
  const connected = async (index: number, ...greeting: Buffer[]): Promise<MemoryWire> => {
    const wire = new MemoryWire()
    wires[index] = wire
    dials[index]?.resolve(wire)
    await new Promise((resolve) => setImmediate(resolve))
    wire.deliver(Buffer.concat([settings(), ...greeting]))
    return wire
  }
  /** Ids of the requests that a connection got. */
  const asked = (index: number): number[] =>
    parseFrames(Buffer.from(wires[index]?.output ?? '', 'latin1').subarray(preface.length))
      .filter(({ type }) => type === frameType.headers)
      .map(({ id }) => id)

  it('are dialled once for simultaneous first requests', async () => {
    const streams = Promise.all([send('one'), send('two'), send('three')])
    await connected(0)
    await streams
    expect([dials.length, asked(0), upstreams.open]).toEqual([1, [1, 3, 5], 1])
  })

  it('give a stream at once when one has room', async () => {
    const first = send('one')
    await connected(0)
    await first
    expect(send('two')).not.toBeInstanceOf(Promise)
    expect(asked(0)).toEqual([1, 3])
  })

  it('are one more when the stream limit is reached, and the first again when it has room', async () => {
    const first = send('one')
    const wire = await connected(0, maxStreams(1))
    await first
    const second = send('two')
    expect(second).toBeInstanceOf(Promise)
    await connected(1)
    await second
    expect([asked(0), asked(1)]).toEqual([[1], [1]])
    wire.deliver(headers(1, [[':status', '204']]))
    await send('three')
    expect([heard, asked(0)]).toEqual([['one 204'], [1, 3]])
  })

  it('are as many as waiting requests need', async () => {
    const streams = Promise.all([send('one'), send('two'), send('three')])
    // Nobody knows the limit before the settings have come: those over it are refused, and were not sent.
    const wire = await connected(0, maxStreams(2))
    await streams
    wire.deliver(reset(5, errorCode.refusedStream))
    expect(heard).toEqual(['three closed unsent'])
    const again = send('three')
    await connected(1, maxStreams(2))
    await again
    expect([asked(0), asked(1)]).toEqual([[1, 3, 5], [1]])
  })

  it('tell all that wait when a dial fails, and dial again for the next', async () => {
    const failing = Promise.allSettled([send('one'), send('two')])
    dials[0]?.reject(new UpstreamError('refused', 'a:1', 'dial tcp a:1: connect: connection refused'))
    const outcomes = await failing
    expect(outcomes.map((outcome) => (outcome as PromiseRejectedResult).reason as UpstreamError).map(({ code }) => code)).toEqual([
      'refused',
      'refused'
    ])
    const next = send('three')
    expect(dials).toHaveLength(2)
    await connected(1)
    await next
    expect(asked(1)).toEqual([1])
  })

  it('are left when the upstream goes away, and what it did not see was not sent', async () => {
    const streams = Promise.all([send('one'), send('two')])
    const wire = await connected(0)
    await streams
    wire.deliver(goAway(1, errorCode.none))
    expect([heard, upstreams.open]).toEqual([['two closed unsent'], 0])
    const other = send('two')
    await connected(1)
    await other
    wire.deliver(headers(1, [[':status', '200']]))
    expect([heard.at(-1), asked(1), wire.ended]).toEqual(['one 200', [1], true])
  })

  it('of one address are closed when it is dropped, after what they have under way', async () => {
    const streams = Promise.all([send('one'), send('other', 'b:2')])
    await connected(0)
    await connected(1)
    await streams
    upstreams.drop('a:1')
    expect([upstreams.open, wires[0]?.ended]).toEqual([1, false])
    wires[0]?.deliver(headers(1, [[':status', '200']]))
    expect([heard, wires[0]?.ended, wires[1]?.ended]).toEqual([['one 200'], true, false])
    upstreams.close()
    wires[1]?.deliver(headers(1, [[':status', '200']]))
    expect([upstreams.open, wires[1]?.ended]).toEqual([0, true])
  })

  it.each([
    ['is dropped', () => upstreams.drop('a:1')],
    ['is nobody’s any more', () => upstreams.close()]
  ])('that are dialled while their address %s are closed behind what they were dialled for', async (_what, leave) => {
    const streams = Promise.all([send('one'), send('two')])
    leave()
    await connected(0)
    await streams
    await new Promise((resolve) => setImmediate(resolve))
    expect([dials.length, asked(0), upstreams.open, wires[0]?.ended]).toEqual([1, [1, 3], 0, false])
    for (const id of [1, 3]) wires[0]?.deliver(headers(id, [[':status', '200']]))
    expect([heard, wires[0]?.ended]).toEqual([['one 200', 'two 200'], true])
  })

  it('that break are replaced, and say so', async () => {
    const first = send('one')
    const wire = await connected(0)
    await first
    wire.destroy()
    await new Promise((resolve) => setImmediate(resolve))
    expect([heard, upstreams.open]).toEqual([['one closed'], 0])
    expect(send('two')).toBeInstanceOf(Promise)
    expect(dials).toHaveLength(2)
  })
})

describe('a shared wire', () => {
  it('is flushed once for all turns of an iteration of the event loop', async () => {
    let flushes = 0
    const wire = { flush: () => void flushes++ }
    inTurn(() => flushAfterAll(wire))
    expect(flushes).toBe(0)
    await new Promise((resolve) => setImmediate(resolve))
    expect(flushes).toBe(1)
  })
})
