import { Agent, request } from 'node:http'
import { createServer as createHttpServer } from 'node:http'
import { describe, expect, it } from '@jest/globals'
import * as fc from 'fast-check'
import { createServer } from '../server/create-server.ts'
import type { Outcome } from './outcome.ts'
import { asked, cleanUp, client, later, proxyTo, upstreamOf } from '../testing/bed.ts'
import { RawClient } from '../testing/raw-client.ts'
import { until } from '../testing/until.ts'
import { createUpstreamPool } from './upstream-pool.ts'

const ok = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'
const get = 'GET / HTTP/1.1\r\nHost: h\r\n\r\n'

cleanUp()

describe('the upstream pool', () => {
  const answering = (peer: { received: string; send(text: string): unknown }): void => {
    if (!peer.received.endsWith('\r\n\r\n')) return
    peer.received = ''
    peer.send(ok)
  }

  it('takes the connection that was used last', async () => {
    const upstream = await upstreamOf()
    const proxy = await proxyTo(upstream.address)
    const [one, two] = [await client(proxy.port), await client(proxy.port)]
    one.send(get)
    const first = await upstream.peer(0)
    await first.head()
    two.send(get)
    const second = await upstream.peer(1)
    await second.head()
    second.send(ok)
    await two.sees('ok')
    first.send(ok)
    await one.sees('ok')
    two.send(get)
    expect(await first.head()).toContain('GET /')
  })

  it('closes connections without work after their time, beyond their number, and when their address is dropped', async () => {
    const upstream = await upstreamOf(answering)
    const proxy = await proxyTo(upstream.address, { pool: { idlePerAddress: 2, idleMs: 100 } })
    const many = await Promise.all(Array.from({ length: 4 }, () => client(proxy.port)))
    for (const one of many) one.send(get)
    for (const one of many) await one.sees('ok')
    expect(proxy.pool.counts.idle).toBeLessThanOrEqual(2)
    await until(() => proxy.pool.counts.idle === 0, 'the idle time')
    many[0]?.send(get)
    await until(() => proxy.pool.counts.idle === 1, 'a kept connection')
    proxy.pool.drop(upstream.address)
    expect(proxy.pool.counts).toMatchObject({ idle: 0, busy: 0 })
    await until(() => upstream.connections.every((peer) => peer.ended), 'the upstream to see them closed')
  })

  it('keeps as many without work as it was told last', async () => {
    const upstream = await upstreamOf(answering)
    const proxy = await proxyTo(upstream.address, { pool: { idlePerAddress: 10, idleTotal: 10 } })
    const many = await Promise.all(Array.from({ length: 4 }, () => client(proxy.port)))
    const asked = async (): Promise<void> => {
      for (const one of many) one.received = ''
      for (const one of many) one.send(get)
      for (const one of many) await one.sees('ok')
    }
    await asked()
    proxy.pool.keepIdle({ idlePerAddress: 2, idleTotal: 10 })
    expect(proxy.pool.counts).toMatchObject({ busy: 0 })
    expect(proxy.pool.counts.idle).toBeLessThanOrEqual(2)
    await asked()
    expect(proxy.pool.counts.idle).toBeLessThanOrEqual(2)
    proxy.pool.keepIdle({ idlePerAddress: 10, idleTotal: 1 })
    expect(proxy.pool.counts).toMatchObject({ idle: 1, busy: 0 })
  })

  it('closes a busy connection of a dropped address after its response', async () => {
    const { upstream, proxy, one, peer } = await asked()
    proxy.pool.drop(upstream.address)
    peer.send(ok)
    await one.sees('ok')
    await until(() => peer.ended, 'the connection to close')
    expect(proxy.pool.counts).toMatchObject({ idle: 0, busy: 0 })
  })

  it('does not trust a connection on which bytes came unasked', async () => {
    const { upstream, one, peer } = await asked()
    peer.send(`${ok}HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil`)
    await one.sees('ok')
    one.send(get)
    const fresh = await upstream.peer(1)
    await fresh.head()
    fresh.send(ok)
    await one.sees((text) => text.split('ok').length === 3)
    expect(one.received).not.toContain('evil')
  })

  /** Serves once, then closes the kept connection when the next request arrives, as a stale connection looks. */
  const stale = async (options: Parameters<typeof asked>[0], next: string): Promise<{ text: string; outcome: Outcome; opened: number }> => {
    const { upstream, proxy, one, peer } = await asked(options)
    peer.send(ok)
    await one.sees('ok')
    one.received = ''
    one.send(next)
    await peer.head()
    peer.socket.destroy()
    void upstream.peer(1).then(
      async (fresh) => {
        await fresh.head()
        fresh.send(ok)
      },
      () => {}
    )
    const text = await one.sees(/ok$|EOF\n$|reset by peer\n$/)
    return { text, outcome: await proxy.outcome(1), opened: proxy.pool.counts.opened }
  }

  it('repeats an idempotent request that met a stale connection, where it may', async () => {
    const { text, outcome, opened } = await stale({ forward: { retry: 'unsent-or-idempotent' } }, get)
    expect(text).toContain('200 OK')
    expect(outcome).toEqual({ kind: 'completed', status: 200 })
    expect(opened).toBe(2)
  })

  it.each([
    ['a POST', { forward: { retry: 'unsent-or-idempotent' as const } }, 'POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n'],
    ['anything by default', {}, get]
  ])('does not repeat %s: the caller decides', async (_, options, next) => {
    const { text, outcome } = await stale(options, next)
    expect(text).toContain('502 Bad Gateway')
    expect(outcome).toMatchObject({ kind: 'upstream-failed', phase: 'before-head', retriable: false })
  })

  it('lets the caller take another address while nothing was sent, the body still whole', async () => {
    const upstream = await upstreamOf()
    const pool = createUpstreamPool()
    const outcomes: Outcome[] = []
    const server = createServer({
      handler: async (exchange) => {
        const first = await pool.forward(exchange, '127.0.0.1:1')
        outcomes.push(first)
        if (first.kind === 'upstream-failed' && first.retriable) outcomes.push(await pool.forward(exchange, upstream.address))
      }
    })
    later(() => server.close())
    const { port } = await server.listen({ port: 0, host: '127.0.0.1' })
    const one = await client(port)
    one.send('POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello')
    const peer = await upstream.peer(0)
    await peer.sees('hello')
    peer.send(ok)
    await one.sees('ok')
    expect(outcomes).toMatchObject([{ kind: 'upstream-failed', phase: 'connect', retriable: true }, { kind: 'completed' }])
    pool.close()
  })

  it('never leaks an upstream connection to clients that leave at any moment', async () => {
    const upstream = await upstreamOf((peer) => {
      if (peer.received.includes('\r\n\r\n')) peer.send('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n')
    })
    const proxy = await proxyTo(upstream.address)
    const request = 'POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 20\r\n\r\n01234567890123456789'
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: request.length }), fc.boolean(), fc.boolean(), async (sent, waits, resets) => {
        const one = await RawClient.to(proxy.port)
        one.send(request.slice(0, sent))
        if (waits && sent === request.length) await one.sees('first')
        if (resets) one.socket.resetAndDestroy()
        else one.socket.destroy()
      }),
      { numRuns: 200 }
    )
    await until(
      () => proxy.server.counts.connections === 0 && proxy.server.counts.active === 0,
      () => JSON.stringify(proxy.server.counts)
    )
    // A dial that outlived its client may be kept for the next one; nothing else is.
    const open = (): number => upstream.connections.filter((peer) => !peer.ended).length
    await until(
      () => proxy.pool.counts.busy === 0 && open() === proxy.pool.counts.idle,
      () => JSON.stringify([proxy.pool.counts, open()])
    )
    proxy.pool.close()
    await until(() => upstream.connections.every((peer) => peer.ended), 'the upstream to see all closed')
    expect(proxy.outcomes.every((outcome) => outcome.kind === 'client-gone')).toBe(true)
    expect(proxy.outcomes.length).toBeGreaterThan(0)
  })

  it('answers 10,000 requests of 50 kept connections without loss', async () => {
    const backend = createHttpServer((incoming, response) => {
      const chunks: Buffer[] = []
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
      incoming.on('end', () => response.end(Buffer.concat(chunks)))
    })
    await new Promise<void>((resolve) => backend.listen(0, '127.0.0.1', resolve))
    later(() => new Promise((resolve) => backend.close(() => resolve())))
    const proxy = await proxyTo(`127.0.0.1:${(backend.address() as { port: number }).port}`)
    const agent = new Agent({ keepAlive: true, maxSockets: 50 })
    later(() => agent.destroy())
    const post = (body: string): Promise<string> =>
      new Promise((resolve, reject) => {
        const outgoing = request({ port: proxy.port, host: '127.0.0.1', method: 'POST', agent }, (response) => {
          let text = ''
          response.setEncoding('latin1').on('data', (chunk: string) => (text += chunk))
          response.on('end', () => resolve(text)).on('error', reject)
        })
        outgoing.on('error', reject).end(body)
      })
    let wrong = 0
    await Promise.all(
      Array.from({ length: 50 }, async (_, worker) => {
        for (let turn = 0; turn < 200; turn++) {
          const body = `${worker}-${turn}-${'x'.repeat((worker * turn) % 3000)}`
          if ((await post(body)) !== body) wrong++
        }
      })
    )
    expect(wrong).toBe(0)
    expect(proxy.outcomes).toHaveLength(10_000)
    expect(proxy.pool.counts.opened).toBeLessThanOrEqual(50)
  })

  it('sends requests of its own, within their time', async () => {
    const upstream = await upstreamOf()
    const pool = createUpstreamPool()
    later(() => pool.close())
    const answer = pool.request(upstream.address, { target: '/healthz', headers: { 'K-Network-Probe': 'queue' }, timeoutMs: 60_000 })
    const peer = await upstream.peer(0)
    expect(await peer.head()).toBe(`GET /healthz HTTP/1.1\r\nHost: ${upstream.address}\r\nK-Network-Probe: queue\r\n\r\n`)
    peer.send('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nqueue')
    expect((await answer).body.toString()).toBe('queue')
    await expect(pool.request(upstream.address, { target: '/', timeoutMs: 30 })).rejects.toThrow('context deadline exceeded')
    await expect(pool.request('127.0.0.1:1', { target: '/', timeoutMs: 60_000 })).rejects.toThrow('connection refused')
    expect(pool.counts).toMatchObject({ idle: 0, busy: 0 })
  })
})
