import { spawn } from 'node:child_process'
import { createServer as createNetServer } from 'node:net'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, it } from '@jest/globals'
import { readAll } from '../body.ts'
import { createServer } from './create-server.ts'
import { deadlines } from './deadlines.ts'
import { channels } from '../diagnostics.ts'
import type { Exchange, ExchangeAborted } from './exchange.ts'
import { pipeline } from './pipeline.ts'
import { RawClient } from '../testing/raw-client.ts'
import { until } from '../testing/until.ts'
import type { Server, ServerOptions } from './server.ts'

describe('the server', () => {
  const servers: Server[] = []
  const clients: RawClient[] = []
  const serve = async (
    handler: ServerOptions['handler'],
    options: Partial<ServerOptions> = {}
  ): Promise<{ server: Server; port: number }> => {
    const server = createServer({ handler, ...options })
    servers.push(server)
    const { port } = await server.listen({ port: 0, host: '127.0.0.1' })
    return { server, port }
  }
  const client = async (port: number): Promise<RawClient> => {
    const one = await RawClient.to(port)
    clients.push(one)
    return one
  }
  const get = 'GET / HTTP/1.1\r\nHost: h\r\n\r\n'

  afterEach(async () => {
    for (const one of clients.splice(0)) one.socket.destroy()
    for (const server of servers.splice(0)) await server.close()
  })

  it('answers locally in one piece, and knows the peers', async () => {
    let seen: unknown
    const { port } = await serve((exchange) => {
      const { remoteAddress, localPort, secure, version, host } = exchange.request
      seen = { remoteAddress, localPort, secure, version, host }
      expect(exchange.respond(200, { 'X-A': '1' }, 'hi')).toBe(true)
      expect(exchange.respond(500)).toBe(false)
    })
    const one = await client(port)
    one.send(get)
    expect(await one.sees('hi')).toBe('HTTP/1.1 200 OK\r\nX-A: 1\r\nContent-Length: 2\r\n\r\nhi')
    expect(seen).toEqual({ remoteAddress: '127.0.0.1', localPort: port, secure: false, version: '1.1', host: 'h' })
  })

  it.each([
    ['over HTTP/1.1', get, 202],
    ['over HTTP/1.0', 'GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n', 202],
    ['on a connection that closes', 'GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n', 404],
    ['to HEAD', 'HEAD / HTTP/1.1\r\nHost: h\r\n\r\n', 202],
    ['without a length', get, 204]
  ])('composes an empty answer of unchanging fields once, to the bytes that any other has: %s', async (_, request, status) => {
    const fields = { Allow: 'POST', 'X-A': '1', Connection: 'X-A' }
    const frozen = Object.freeze({ ...fields })
    const answers: string[] = []
    for (const headers of [fields, frozen, frozen]) {
      const { port } = await serve((exchange) => {
        expect(exchange.respond(status, headers)).toBe(true)
        expect(exchange.respond(500)).toBe(false)
        expect(exchange.response).toMatchObject({ started: true, ended: true, status, bytes: 0 })
      })
      const one = await client(port)
      one.send(request)
      answers.push(await one.sees('\r\n\r\n'))
    }
    expect(answers).toEqual([answers[0], answers[0], answers[0]])
    expect(answers[0]).toContain(`HTTP/1.1 ${status} `)
  })

  it('answers ten thousand pipelined requests of one connection without recursion', async () => {
    let count = 0
    const { port } = await serve((exchange) => void exchange.respond(200, {}, String(count++ % 10)))
    const one = await client(port)
    one.send(get.repeat(10_000))
    await one.sees((text) => text.length >= 10_000 * 'HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n0'.length)
    expect(one.received.match(/HTTP\/1\.1 200 OK/g)).toHaveLength(10_000)
  })

  it.each([
    ['throws', () => Promise.reject(new Error('bug')), 'bug'],
    [
      'throws at once',
      () => {
        throw new Error('bug')
      },
      'bug'
    ],
    ['answers nothing', () => {}, 'the handler returned without an answer']
  ])('answers 500 and publishes the error when a handler %s', async (_, handler, message) => {
    const published: string[] = []
    const listen = (event: unknown): unknown => published.push((event as { error: Error }).error.message)
    channels.handlerError.subscribe(listen)
    const { port, server } = await serve(handler as ServerOptions['handler'])
    const one = await client(port)
    one.send(get)
    expect(await one.sees('\n')).toContain('500 Internal Server Error')
    channels.handlerError.unsubscribe(listen)
    expect(published).toEqual([message])
    expect(server.counts.active).toBe(0)
  })

  it('gives a whole body to who asks, says 100 Continue for it, and refuses more than asked for', async () => {
    const { port } = await serve(async (exchange) => {
      try {
        exchange.respond(200, {}, await readAll(exchange.request.body, 5))
      } catch (error) {
        exchange.respond(413, {}, (error as Error).message)
      }
    })
    const one = await client(port)
    one.send('POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n')
    await one.sees('HTTP/1.1 100 Continue\r\n\r\n')
    one.send('hello')
    await one.sees('\r\n\r\nhello')
    one.received = ''
    one.send('POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 6\r\n\r\nhello!GET / HTTP/1.1\r\nHost: h\r\n\r\n')
    expect((await one.sees(/200 OK/)).match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 413', 'HTTP/1.1 200'])
  })

  it('drops a body that nobody reads, and closes when it is large', async () => {
    const { port } = await serve((exchange) => void exchange.respond(200, {}, 'x'))
    const one = await client(port)
    one.send(`POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 100000\r\n\r\n${'b'.repeat(100_000)}${get}`)
    await one.sees((text) => text.split('200 OK').length === 3)
    one.send(`POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1000000\r\n\r\n${'b'.repeat(300_000)}`)
    expect((await one.end()).match(/200 OK/g)).toHaveLength(3)
  })

  it('tells the handler that the client is gone', async () => {
    let cause: unknown
    const { port, server } = await serve((exchange) => {
      return new Promise((resolve) => {
        exchange.signal.addEventListener('abort', () => {
          cause = (exchange.signal.reason as ExchangeAborted).cause
          expect(exchange.respond(200)).toBe(false)
          resolve()
        })
      })
    })
    const one = await client(port)
    one.send(get)
    await until(() => server.counts.active === 1, 'the exchange')
    one.socket.destroy()
    await until(() => cause !== undefined, 'the signal')
    expect(cause).toBe('client-gone')
    await until(() => server.counts.active === 0, 'the handler to return')
  })

  it.each([
    ['abort' as const, ''],
    ['serve' as const, 'HTTP/1.1 200 OK\r\nContent-Length: 4\r\nConnection: close\r\n\r\nlate']
  ])('takes a client that half-closes for gone, or answers it: %s', async (halfClose, expected) => {
    let half: Exchange | undefined
    const ended = Promise.withResolvers<void>()
    const { port } = await serve(
      async (exchange) => {
        half = exchange
        await ended.promise
        // The kernel has the end by now: the server reads it in its next turns.
        for (let turn = 0; turn < 10; turn++) await new Promise((resolve) => setImmediate(resolve))
        exchange.respond(200, {}, 'late')
      },
      { halfClose }
    )
    const one = await client(port)
    one.send(get)
    one.socket.end(() => ended.resolve())
    expect(await one.end()).toBe(expected)
    expect(half?.aborted).toBe(halfClose === 'abort' ? 'client-gone' : undefined)
  })

  it('refuses connections over its limit and heads over theirs', async () => {
    const { port, server } = await serve((exchange) => void exchange.respond(200), {
      limits: { connections: 1, headBytes: 100, headerCount: 3 }
    })
    const one = await client(port)
    one.send(get)
    await one.sees('200 OK')
    const two = await client(port)
    await until(() => two.closed || two.ended, 'the second connection to be closed')
    expect(two.received).toBe('')
    one.send(`GET /${'a'.repeat(100)} HTTP/1.1\r\nHost: h\r\n\r\n`)
    expect(await one.end()).toContain('400 Bad Request: head-too-large')
    expect(server.counts.refused).toBe(1)
  })

  it('answers an oversized head with 431 where it must answer as Go does', async () => {
    const { port } = await serve((exchange) => void exchange.respond(200), { limits: { headBytes: 60, oversized: 431 } })
    const one = await client(port)
    one.send(`GET /${'a'.repeat(100)} HTTP/1.1\r\nHost: h\r\n\r\n`)
    expect(await one.end()).toContain('431 Request Header Fields Too Large: head-too-large')
  })

  it('ends slow heads with 408, silent and idle connections without a word, stalled bodies', async () => {
    const { port } = await serve(async (exchange) => void exchange.respond(200, {}, await readAll(exchange.request.body, 100)), {
      times: { headMs: 100, idleMs: 100, bodyMs: 100, lingerMs: 100 }
    })
    const [slow, silent, idle, stalled] = await Promise.all([client(port), client(port), client(port), client(port)])
    slow.send('GET / HT')
    idle.send(get)
    stalled.send('POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nab')
    expect(await slow.end()).toContain('408 Request Timeout')
    expect(await silent.end()).toBe('')
    expect((await idle.end()).match(/HTTP/g)).toHaveLength(1)
    expect(await stalled.end()).toBe('')
    // A client that never closes its side is not kept either.
    await until(() => silent.closed || silent.socket.destroyed || silent.ended, 'the lingering to end')
  })

  it('drains: finishes what is under way, takes one more on an idle connection, refuses new ones, then resolves', async () => {
    const answers: (() => void)[] = []
    const { port, server } = await serve((exchange) => {
      return new Promise((resolve) => {
        answers.push(() => {
          exchange.respond(200, {}, 'done')
          resolve()
        })
      })
    })
    const [busy, idle, silent] = await Promise.all([client(port), client(port), client(port)])
    busy.send(get)
    await until(() => answers.length === 1, 'the request')
    let drained: { cut: number } | undefined
    void server.drain({ deadlineMs: 60_000, idleMs: 1000 }).then((result) => (drained = result))
    await expect(RawClient.to(port)).rejects.toThrow('ECONNREFUSED')
    idle.send(get)
    await until(() => answers.length === 2, 'the last request of the idle connection')
    await silent.end()
    expect(drained).toBeUndefined()
    for (const answer of answers) answer()
    expect(await busy.end()).toContain('Connection: close\r\n\r\ndone')
    expect(await idle.end()).toContain('Connection: close\r\n\r\ndone')
    for (const one of [busy, idle, silent]) one.socket.end()
    await until(() => drained !== undefined, 'the drain')
    expect(drained).toEqual({ cut: 0 })
  })

  it('leaves: takes new connections, each for one request, and tells those that are open to go', async () => {
    const { port, server } = await serve((exchange) => void exchange.respond(200, {}, 'done'))
    const open = await client(port)
    open.send(get)
    await until(() => open.received.includes('done'), 'the first answer')
    expect(open.received).not.toContain('Connection: close')
    server.leave()
    open.send(get)
    expect(await open.end()).toContain('Connection: close\r\n\r\ndone')
    const fresh = await client(port)
    fresh.send(get)
    expect(await fresh.end()).toContain('Connection: close\r\n\r\ndone')
    for (const one of [open, fresh]) one.socket.end()
    expect(await server.drain({ deadlineMs: 60_000 })).toEqual({ cut: 0 })
  })

  it('cuts what the drain deadline finds', async () => {
    const { port, server } = await serve((exchange) => new Promise((resolve) => exchange.signal.addEventListener('abort', () => resolve())))
    const one = await client(port)
    one.send(get)
    await until(() => server.counts.active === 1, 'the request')
    expect(await server.drain({ deadlineMs: 50 })).toEqual({ cut: 1 })
    expect(await one.end()).toBe('')
  })

  it('listens on an inherited socket, which outlives it', async () => {
    const inherited = createNetServer()
    await new Promise<void>((resolve) => inherited.listen(0, '127.0.0.1', resolve))
    const { port } = inherited.address() as { port: number }
    const { fd } = (inherited as unknown as { _handle: { fd: number } })._handle
    const fixture = fileURLToPath(new URL('../testing/inherited.fixture.ts', import.meta.url))
    const child = spawn(process.execPath, [fixture], { stdio: ['ignore', 'ignore', 'inherit', fd] })
    // The child has its own descriptor by now. What connects before it listens waits in the backlog.
    inherited.close()
    try {
      const one = await client(port)
      one.send(get)
      expect(await one.sees('inherited')).toContain('200 OK')
    } finally {
      child.kill('SIGKILL')
    }
  })

  it('rejects a port that is taken', async () => {
    const { port } = await serve(() => {})
    await expect(createServer({ handler: () => {} }).listen({ port, host: '127.0.0.1' })).rejects.toThrow('EADDRINUSE')
  })

  it('applies deadlines: 504 before the head, a proper end behind it, and discards what comes later', async () => {
    const late: boolean[] = []
    const limits = { timeoutMs: 0, responseStartMs: 100, idleMs: 0 }
    const { port } = await serve(
      pipeline([
        deadlines(() => limits, 'request timeout'),
        async (exchange) => {
          await new Promise<void>((resolve) => exchange.signal.addEventListener('abort', () => resolve()))
          late.push(exchange.respond(200, {}, 'too late'))
        }
      ])
    )
    const one = await client(port)
    one.send(get + get)
    const text = await one.sees((seen) => seen.split('request timeout').length === 3)
    expect(text.match(/HTTP\/1\.1 504 Gateway Timeout\r\n/g)).toHaveLength(2)
    expect(late).toEqual([false, false])
  })
})
