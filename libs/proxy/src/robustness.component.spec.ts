import { connect } from 'node:net'
import { afterEach, describe, expect, it } from '@jest/globals'
import { readAll } from './body.ts'
import { createServer } from './create-server.ts'
import { channels } from './diagnostics.ts'
import type { Exchange } from './exchange.ts'
import type { Outcome } from './outcome.ts'
import { startProxy, type TestProxy } from './testing/proxy.ts'
import { RawClient } from './testing/raw-client.ts'
import { RawUpstream } from './testing/raw-upstream.ts'
import { settled, until } from './testing/until.ts'
import type { Server, ServerOptions } from './server.ts'
import { createUpstreamPool } from './upstream-pool.ts'

const get = 'GET / HTTP/1.1\r\nHost: h\r\n\r\n'
const ok = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'
const cleanups: (() => Promise<void> | void)[] = []

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup()
})

async function serve(handler: ServerOptions['handler'], options: Partial<ServerOptions> = {}): Promise<{ server: Server; port: number }> {
  const server = createServer({ handler, ...options })
  cleanups.push(() => server.close())
  const { port } = await server.listen({ port: 0, host: '127.0.0.1' })
  return { server, port }
}

async function client(port: number): Promise<RawClient> {
  const one = await RawClient.to(port)
  cleanups.push(() => void one.socket.destroy())
  return one
}

async function upstreamOf(onBytes?: Parameters<typeof RawUpstream.start>[0]): Promise<RawUpstream> {
  const upstream = await RawUpstream.start(onBytes)
  cleanups.push(() => upstream.close())
  return upstream
}

async function proxyTo(address: string, options?: Parameters<typeof startProxy>[1]): Promise<TestProxy> {
  const proxy = await startProxy(address, options)
  cleanups.push(() => proxy.close())
  return proxy
}

/** What handlers that threw have published. */
function published(): string[] {
  const messages: string[] = []
  const listen = (event: unknown): unknown => messages.push((event as { error: Error }).error.message)
  channels.handlerError.subscribe(listen)
  cleanups.push(() => void channels.handlerError.unsubscribe(listen))
  return messages
}

describe('clients that read slowly', () => {
  it('waits with requests sent ahead until their answers are read, and then answers all', async () => {
    const requests = 2000
    const body = Buffer.alloc(64 * 1024, 'x')
    const { server, port } = await serve((exchange) => void exchange.respond(200, {}, body))
    const one = await client(port)
    one.socket.pause()
    one.send(get.repeat(requests))
    // The kernel takes a few MiB of answers; what waits here is one answer or two.
    expect(await settled(() => server.counts.requests)).toBeLessThan(requests / 4)
    let size = 0
    one.socket.removeAllListeners('data')
    one.socket.on('data', (text: string) => (size += text.length))
    one.socket.resume()
    const whole = requests * (`HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n`.length + body.length)
    await until(
      () => size === whole,
      () => `all answers; ${size} of ${whole}`,
      20_000
    )
  })

  it('gives a last answer time to be read', async () => {
    const body = Buffer.alloc(24 * 1024 * 1024, 'x')
    const { port, server } = await serve((exchange) => void exchange.respond(200, {}, body), { times: { lingerMs: 50 } })
    const one = await client(port)
    one.socket.pause()
    one.send('GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n')
    await until(() => server.counts.requests === 1, 'the request')
    const from = performance.now()
    await until(() => performance.now() - from > 400, 'the linger time, several times over')
    one.socket.resume()
    expect((await one.end()).length).toBeGreaterThan(body.length)
  })

  it('does not hold one for ever that has stopped to read', async () => {
    const { port, server } = await serve((exchange) => void exchange.respond(200, {}, Buffer.alloc(24 * 1024 * 1024)), {
      times: { lingerMs: 50, headMs: 200 }
    })
    const one = await client(port)
    one.socket.pause()
    one.send('GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n')
    await until(() => server.counts.requests === 1, 'the request')
    await until(() => server.counts.connections === 0, 'the connection to be given up')
  })
})

describe('an exchange has one answer', () => {
  it('when its handler throws behind the sending', async () => {
    const messages = published()
    const upstream = await upstreamOf()
    const pool = createUpstreamPool()
    cleanups.push(() => pool.close())
    const outcomes: Outcome[] = []
    let calls = 0
    const { server, port } = await serve((exchange) => {
      if (++calls > 1) return void exchange.respond(200, {}, 'second')
      pool.send(exchange, upstream.address, {}, (outcome) => void outcomes.push(outcome))
      throw new Error('bug')
    })
    const one = await client(port)
    one.send(get)
    await one.sees('Internal Server Error\n')
    expect(outcomes).toEqual([{ kind: 'client-gone' }])
    expect(server.counts.active).toBe(0)
    one.received = ''
    // Whether the upstream is asked all the same or not: its answer must not become that to the next request.
    for (const peer of upstream.connections) peer.send(ok)
    one.send(get)
    expect(await one.sees('second')).toBe('HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nsecond')
    expect(messages).toEqual(['bug'])
  })

  it('when a stage answers while the upstream is being asked', async () => {
    const upstream = await upstreamOf()
    const proxy = await proxyTo(upstream.address)
    const one = await client(proxy.port)
    one.send(get)
    const peer = await upstream.peer(0)
    await peer.head()
    expect(proxy.exchanges[0]?.respond(200, {}, 'mine')).toBe(true)
    expect(await proxy.outcome(0)).toEqual({ kind: 'client-gone' })
    await until(() => peer.ended, 'the upstream to be given up')
    expect(await one.sees('mine')).toBe('HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nmine')
    expect(proxy.pool.counts).toMatchObject({ idle: 0, busy: 0 })
  })

  it('when it is destroyed while the upstream is being asked', async () => {
    const upstream = await upstreamOf()
    const proxy = await proxyTo(upstream.address)
    const one = await client(proxy.port)
    one.send(get)
    const peer = await upstream.peer(0)
    await peer.head()
    proxy.exchanges[0]?.destroy()
    expect(await one.end()).toBe('')
    expect(await proxy.outcome(0)).toEqual({ kind: 'client-gone' })
    await until(() => peer.ended && proxy.server.counts.active === 0, 'the upstream to be given up')
  })

  it('when what edits the response throws', async () => {
    const messages = published()
    const upstream = await upstreamOf()
    const proxy = await proxyTo(upstream.address, {
      forward: {
        onResponse: () => {
          throw new Error('bad edit')
        }
      }
    })
    const one = await client(proxy.port)
    one.send(get)
    const peer = await upstream.peer(0)
    await peer.head()
    peer.send(ok)
    expect(await one.sees('Internal Server Error\n')).not.toContain('200 OK')
    await until(() => proxy.server.counts.active === 0 && peer.ended, 'the exchange to be over')
    expect(messages).toEqual(['bad edit'])
  })

  it('when the address is none', async () => {
    const messages = published()
    const proxy = await proxyTo('nowhere')
    const one = await client(proxy.port)
    one.send(get)
    await one.sees('Internal Server Error\n')
    await until(() => proxy.server.counts.active === 0, 'the exchange to be over')
    expect(messages).toEqual(['upstream address nowhere: want host:port'])
  })

  it('when its body has been read by somebody else', async () => {
    const messages = published()
    const upstream = await upstreamOf()
    const proxy = await proxyTo(upstream.address, { before: async (exchange) => void (await readAll(exchange.request.body, 10)) })
    const one = await client(proxy.port)
    one.send('POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nab')
    await one.sees('Internal Server Error\n')
    await until(() => proxy.server.counts.active === 0, 'the exchange to be over')
    expect(messages).toEqual(['send: the body of the request has been read'])
    expect(proxy.pool.counts.busy).toBe(0)
  })
})

describe('what waits for an exchange', () => {
  it('runs all hooks, latest first and once, though one throws, and goes on', async () => {
    const messages = published()
    const ran: string[] = []
    const { server, port } = await serve((exchange) => {
      exchange.onEnd(() => ran.push('first'))
      exchange.onEnd(() => {
        throw new Error('hook')
      })
      exchange.onEnd(() => ran.push('last'))
      exchange.respond(200, {}, 'x')
    })
    const one = await client(port)
    one.send(get + get)
    await one.sees((text) => text.split('200 OK').length === 3)
    expect(ran).toEqual(['last', 'first', 'last', 'first'])
    expect(messages).toEqual(['hook', 'hook'])
    expect(server.counts.active).toBe(0)
  })

  it.each([
    ['expires', (exchange: Exchange) => exchange.expire(504, 'late')],
    ['is answered', (exchange: Exchange) => void exchange.respond(413)]
  ])('tells the reader of a body that it will not come when the exchange %s', async (_, over) => {
    let failure: unknown
    let exchange: Exchange | undefined
    const { server, port } = await serve(async (served) => {
      exchange = served
      try {
        await readAll(served.request.body, 1000)
      } catch (error) {
        failure = error
      }
    })
    const one = await client(port)
    one.send('POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\nabc')
    await until(() => exchange !== undefined, 'the request')
    over(exchange as Exchange)
    await until(() => server.counts.active === 0, 'the handler to return')
    expect(failure).toBeInstanceOf(Error)
    one.send(`defghij${get}`)
    await until(() => server.counts.requests === 2, 'the next request')
  })

  it('gives a client time for its body from when it is wanted again', async () => {
    const upstream = await upstreamOf()
    const proxy = await proxyTo(upstream.address, { server: { times: { bodyMs: 300 } } })
    const one = await client(proxy.port)
    const block = Buffer.alloc(24 * 1024 * 1024)
    one.send(`POST / HTTP/1.1\r\nHost: h\r\nContent-Length: ${block.length + 1}\r\n\r\n`)
    const peer = await upstream.peer(0)
    await peer.head()
    peer.socket.pause()
    one.send(block)
    const from = performance.now()
    await until(() => performance.now() - from > 700, 'the time of a body, twice over')
    expect(proxy.server.counts.active).toBe(1)
    peer.socket.resume()
    await until(() => one.socket.writableLength === 0, 'the block to be read')
    one.send('x')
    peer.send(ok)
    await one.sees('ok')
  })
})

describe('connections', () => {
  it('are not kept behind a 204 that announces a body', async () => {
    const upstream = await upstreamOf()
    const proxy = await proxyTo(upstream.address)
    const one = await client(proxy.port)
    one.send(get)
    const peer = await upstream.peer(0)
    await peer.head()
    peer.send('HTTP/1.1 204 No Content\r\nContent-Length: 4\r\n\r\n')
    await one.sees('204 No Content')
    await until(() => peer.ended, 'the connection to be closed')
  })

  it('of a tunnel close both, though one had ended its side before it broke', async () => {
    const upstream = await upstreamOf()
    const proxy = await proxyTo(upstream.address)
    const one = await client(proxy.port)
    one.send('GET / HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n')
    const peer = await upstream.peer(0)
    await peer.head()
    peer.send('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n')
    await one.sees('101 Switching')
    one.socket.end()
    await until(() => peer.ended, 'the half-close')
    one.socket.resetAndDestroy()
    // An upstream that does not mind the half-close goes on to send.
    await until(() => {
      if (!peer.closed) peer.send('news')
      return proxy.server.counts.tunnels === 0
    }, 'the tunnel to close')
    expect(proxy.server.counts).toMatchObject({ connections: 0, active: 0 })
  })
})

it('leaves nothing behind of 10,000 connections that are given up at any moment', async () => {
  const upstream = await upstreamOf((peer) => {
    // Some are answered in part, some whole, some not at all.
    const asked = peer.received.split('\r\n\r\n').length - 1
    peer.received = ''
    for (let index = 0; index < asked; index++) {
      const kind = (peer.socket.bytesRead + index) % 3
      if (kind > 0) peer.send(kind === 1 ? ok : 'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nsome')
    }
  })
  let ended = 0
  const proxy = await proxyTo(upstream.address, { before: (exchange) => exchange.onEnd(() => ended++) })
  const resources = (): number => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length
  const timers = resources()
  let made = 0
  const one = (): Promise<void> =>
    new Promise((resolve) => {
      const number = made++
      const socket = connect({ port: proxy.port, host: '127.0.0.1' })
      socket.on('error', () => {})
      socket.on('close', () => resolve())
      socket.write(number % 2 === 0 ? get.repeat(2) : 'POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\nhalf')
      const leave = (): void => void (number % 5 < 3 ? socket.resetAndDestroy() : socket.destroy())
      if (number % 3 === 0) socket.once('data', leave)
      if (number % 7 === 0) socket.once('connect', () => setImmediate(leave))
      else socket.once('connect', () => setTimeout(leave, number % 5))
    })
  const worker = async (): Promise<void> => {
    while (made < 10_000) await one()
  }
  await Promise.all(Array.from({ length: 50 }, worker))
  await until(() => proxy.server.counts.connections === 0 && proxy.pool.counts.busy === 0, 'all to be closed', 20_000)
  expect(proxy.server.counts).toMatchObject({ connections: 0, active: 0, tunnels: 0 })
  expect(ended).toBe(proxy.server.counts.requests)
  expect(proxy.outcomes).toHaveLength(proxy.server.counts.requests)
  proxy.pool.close()
  expect(proxy.pool.counts).toMatchObject({ idle: 0, busy: 0 })
  await until(() => upstream.connections.every((peer) => peer.ended), 'upstream connections to close')
  await until(() => resources() <= timers + 2, 'timers to end')
}, 60_000)
