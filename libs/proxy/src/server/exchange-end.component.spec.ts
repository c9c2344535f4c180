import { describe, expect, it } from '@jest/globals'
import { readAll } from '../body.ts'
import type { Exchange } from './exchange.ts'
import type { Outcome } from '../upstream/outcome.ts'
import { asked, cleanUp, client, later, proxyTo, published, serve, upstreamOf } from '../testing/bed.ts'
import { until } from '../testing/until.ts'
import { createUpstreamPool } from '../upstream/upstream-pool.ts'

const get = 'GET / HTTP/1.1\r\nHost: h\r\n\r\n'
const ok = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'

cleanUp()

describe('an exchange has one answer', () => {
  it('when its handler throws behind the sending', async () => {
    const messages = published()
    const upstream = await upstreamOf()
    const pool = createUpstreamPool()
    later(() => pool.close())
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
    await until(() => server.counts.active === 0, 'the exchange to be over')
    expect(outcomes).toEqual([{ kind: 'client-gone' }])
    one.received = ''
    // Whether the upstream is asked all the same or not: its answer must not become that to the next request.
    for (const peer of upstream.connections) peer.send(ok)
    one.send(get)
    expect(await one.sees('second')).toBe('HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nsecond')
    expect(messages).toEqual(['bug'])
  })

  it('when a stage answers while the upstream is being asked', async () => {
    const { proxy, one, peer } = await asked()
    expect(proxy.exchanges[0]?.respond(200, {}, 'mine')).toBe(true)
    expect(await proxy.outcome(0)).toEqual({ kind: 'client-gone' })
    await until(() => peer.ended, 'the upstream to be given up')
    expect(await one.sees('mine')).toBe('HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nmine')
    expect(proxy.pool.counts).toMatchObject({ idle: 0, busy: 0 })
  })

  it('when it is destroyed while the upstream is being asked', async () => {
    const { proxy, one, peer } = await asked()
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
})
