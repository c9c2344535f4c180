import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { eventually } from '@knative-ts/testing'
import fc from 'fast-check'
import { once } from 'node:events'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { duplexPair } from 'node:stream'
import { SpdyTestClient } from '../spdy-test-client.ts'
import { controlFrame, dataHead, frameType } from './frames.ts'
import { SpdyError } from './spdy-error.ts'
import { SpdyConnection } from './spdy-connection.ts'
import type { SpdyStream } from './spdy-stream.ts'

describe('a SPDY connection', () => {
  let server: Server
  let socket: Socket
  let client: SpdyTestClient
  let connection: SpdyConnection
  let accepted: SpdyStream[]
  let outcome: Promise<Error | undefined>

  beforeEach(async () => {
    accepted = []
    server = createServer({ allowHalfOpen: true })
    server.listen({ host: '127.0.0.1', port: 0 })
    await once(server, 'listening')
    const arrived = once(server, 'connection')
    socket = connect({ host: '127.0.0.1', port: (server.address() as { port: number }).port })
    client = new SpdyTestClient(socket)
    const [transport] = (await arrived) as [Socket]
    connection = new SpdyConnection(transport, (stream) => {
      if (stream.headers.get('refuse') !== undefined) return false
      accepted.push(stream)
      return true
    })
    outcome = connection.run()
  })
  afterEach(async () => {
    client.close()
    await outcome
    await new Promise((resolve) => server.close(resolve))
  })

  const next = (): Promise<SpdyStream> => eventually(() => accepted.shift())

  async function read(stream: SpdyStream): Promise<string> {
    let text = ''
    for await (const bytes of stream) text += Buffer.from(bytes).toString('latin1')
    return text
  }

  it('carries streams side by side, each half closed on its own', async () => {
    const [one, two] = [client.open({ name: 'one' }), client.open({ name: 'two' })]
    const [first, second] = [await next(), await next()]
    expect([first.headers.get('name'), second.headers.get('name')]).toEqual(['one', 'two'])
    client.send(two, 'to two')
    client.send(one, 'to one', true)
    expect(await read(first)).toBe('to one')
    await first.write(Buffer.from('from one'))
    first.end()
    client.send(two, ', more', true)
    expect(await read(second)).toBe('to two, more')
    await eventually(() => one.ended)
    expect(one).toMatchObject({ text: 'from one', replied: true, reset: false })
    expect(two.ended).toBe(false)
  })

  it('answers pings and says goodbye', async () => {
    client.ping(7)
    await eventually(() => client.pongs.includes(7))
    connection.close()
    await eventually(() => client.over)
    expect(client.goodbye).toBe(0)
  })

  it('refuses what its owner does not want, and goes on', async () => {
    const unwanted = client.open({ refuse: 'me' })
    client.send(unwanted, 'on its way already', true)
    const wanted = client.open({})
    await next()
    await eventually(() => wanted.replied)
    expect(unwanted).toMatchObject({ reset: true, replied: false })
  })

  it('tells a reader and a writer that the client has gone', async () => {
    client.open({})
    const stream = await next()
    const reading = read(stream)
    client.close()
    expect(await reading).toBe('')
    expect(await outcome).toBeUndefined()
    expect([stream.writable, stream.wasReset, connection.signal.aborted]).toEqual([false, true, true])
    await stream.write(Buffer.from('to nobody'))
  })

  it('holds up a client whose stream nobody reads, and goes on when somebody does', async () => {
    const stream = client.open({})
    const unread = await next()
    const total = 8 * 1024 * 1024
    for (let sent = 0; sent < total; sent += 64 * 1024) client.send(stream, 'x'.repeat(64 * 1024))
    client.send(stream, '', true)
    const stuck = await eventually(() => (socket.writableLength > 0 ? socket.writableLength : undefined))
    expect(stuck).toBeGreaterThan(0)
    expect((await read(unread)).length).toBe(total)
    await eventually(() => socket.writableLength === 0)
  })

  it('holds up a writer whose client does not read', async () => {
    client.open({})
    const stream = await next()
    socket.pause()
    let written = 0
    const writing = (async () => {
      for (; written < 512; written++) await stream.write(Buffer.alloc(64 * 1024))
    })()
    await eventually(() => written > 0)
    const seen = written
    expect(seen).toBeLessThan(512)
    socket.resume()
    await writing
    expect(written).toBe(512)
  })

  it('survives whatever a client sends, and ends with it', async () => {
    const head = fc.constantFrom('80030001', '80030002', '80030003', '80030006', '80030008', '00000001', '00000003')
    const frame = fc
      .tuple(head, fc.uint8Array({ minLength: 4, maxLength: 40 }))
      .map(([start, rest]) => Buffer.concat([Buffer.from(start, 'hex'), rest]))
    const bytes = fc.array(fc.oneof(frame, fc.uint8Array({ maxLength: 30 })), { maxLength: 10 })
    await fc.assert(
      fc.asyncProperty(bytes, async (chunks) => {
        const [near, far] = duplexPair()
        const streams: SpdyStream[] = []
        const tried = new SpdyConnection(near, (stream) => streams.push(stream) > 0)
        const over = tried.run()
        far.resume()
        for (const chunk of chunks) far.write(chunk)
        far.end()
        const failure = await over
        expect(failure === undefined || failure instanceof SpdyError).toBe(true)
        expect(tried.signal.aborted).toBe(true)
        expect(streams.every(({ writable }) => !writable)).toBe(true)
      }),
      { numRuns: 200 }
    )
  })

  it.each([
    ['an even stream', () => controlFrame(frameType.synStream, 0, 2, 0, Buffer.alloc(2)), /inflated|cannot be opened|header/],
    ['data of a stream that never was', () => dataHead(99, 0, true), /stream 99, which was never opened/],
    ['a type that nobody knows', () => controlFrame(77, 0), /a control frame of type 77/],
    ['a frame that is too short', () => controlFrame(frameType.rstStream, 0), /too short/]
  ])('ends with a reason after %s', async (_, frame, reason) => {
    client.raw(frame())
    await eventually(() => client.over)
    expect(client.goodbye).toBe(1)
    client.end()
    expect((await outcome)?.message).toMatch(reason)
  })
})
