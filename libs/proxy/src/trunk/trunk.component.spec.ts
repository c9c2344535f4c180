import { createServer as createHttpServer, type IncomingMessage, request as httpRequest, type ServerResponse } from 'node:http'
import { once } from 'node:events'
import { connect, createServer as createNetServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { describe, expect, it } from '@jest/globals'
import { createServer } from '../server/create-server.ts'
import type { ServerOptions } from '../server/server.ts'
import { cleanUp, client, later, proxyTo, upstreamOf } from '../testing/bed.ts'
import type { TestProxy } from '../testing/proxy.ts'
import type { RawClient } from '../testing/raw-client.ts'
import { trunkOffer, trunkPreface } from './frames.ts'
import { frame } from '../testing/trunk-pair.ts'
import { settled, until } from '../testing/until.ts'

cleanUp()

const retry = 'unsent-or-idempotent'

interface Chain {
  /** What clients ask; it asks the back. */
  readonly front: TestProxy
  readonly back: TestProxy
}

/** Two proxies, the second of which takes trunks. */
async function chainTo(address: string, server: Partial<ServerOptions> = { trunks: true }): Promise<Chain> {
  const back = await proxyTo(address, { server, forward: { retry } })
  const front = await proxyTo(`127.0.0.1:${back.port}`, { pool: { trunks: true }, forward: { retry } })
  return { front, back }
}

async function userOf(handler: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> {
  const server = createHttpServer(handler)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  later(() => {
    server.closeAllConnections()
    server.close()
  })
  return `127.0.0.1:${(server.address() as AddressInfo).port}`
}

interface Answer {
  readonly status: number
  readonly body: string
  readonly headers: IncomingMessage['headers']
  readonly trailers: IncomingMessage['trailers']
  readonly whole: boolean
}

function ask(
  port: number,
  path = '/',
  options: { method?: string; body?: Buffer | string; headers?: Record<string, string> } = {}
): Promise<Answer> {
  const { method = 'GET', body, headers = {} } = options
  return new Promise((resolve, reject) => {
    const sent = httpRequest({ host: '127.0.0.1', port, path, method, headers, agent: false }, (response) => {
      let text = ''
      response.setEncoding('latin1')
      response.on('data', (piece: string) => (text += piece))
      response.on('error', () => undefined)
      response.on('close', () =>
        resolve({
          status: response.statusCode ?? 0,
          body: text,
          headers: response.headers,
          trailers: response.trailers,
          whole: response.complete
        })
      )
    })
    sent.on('error', reject)
    sent.end(body)
  })
}

/** Asks until a trunk carries what is asked, and leaves one request under way: with nobody beside it, the next would go by a connection of its own. */
async function warmed(chain: Chain): Promise<RawClient> {
  for (let round = 0; round < 500 && carriedOf(chain) < 1; round++)
    await Promise.all(Array.from({ length: 6 }, () => ask(chain.front.port, '/warm')))
  expect(carriedOf(chain)).toBeGreaterThan(0)
  const held = await client(chain.front.port)
  held.send('GET /hold HTTP/1.1\r\nHost: h\r\n\r\n')
  await until(() => chain.back.exchanges.some(({ request }) => request.target === '/hold'), 'a request that is under way')
  return held
}

/** Connections that the front has to the back and never dialled: a trunk, which is one more, carries them. */
const carriedOf = ({ front, back }: Chain): number => back.server.counts.connections - 1 - front.pool.counts.opened

/** The port of the connection by which the back is asked. */
async function portOf({ back }: Chain, asking: () => Promise<unknown>): Promise<number | undefined> {
  const before = back.exchanges.length
  let port: number | undefined
  const seen = until(() => {
    port ??= back.exchanges[before]?.request.remotePort
    return port !== undefined
  }, 'the back to be asked')
  await Promise.all([seen, asking()])
  return port
}

/** A user who takes its time where there must be several requests at once. */
const answering =
  (handler: (request: IncomingMessage, response: ServerResponse) => void) => (request: IncomingMessage, response: ServerResponse) => {
    if (request.url === '/warm') setTimeout(() => response.end('warm'), 5)
    else if (request.url !== '/hold') handler(request, response)
  }

describe('a trunk between two proxies', () => {
  it('carries what would be on connections of its own, and is told of by the first answer of each', async () => {
    const user = await userOf(
      answering((request, response) => {
        response.setHeader('X-Case', request.rawHeaders.join('|'))
        response.writeHead(200, 'As You Like')
        request.pipe(response)
      })
    )
    const chain = await chainTo(user)
    const raw = await client(chain.back.port)
    raw.send('GET / HTTP/1.1\r\nHost: h\r\n\r\n')
    await raw.sees(`Connection: Upgrade\r\nUpgrade: knative-ts-trunk/127.0.0.1-${chain.back.port}\r\n`)
    raw.send('GET / HTTP/1.1\r\nHost: h\r\n\r\n')
    await raw.sees((text) => text.split('As You Like').length === 3)
    expect(raw.received.split('knative-ts-trunk')).toHaveLength(2)
    raw.socket.destroy()
    await warmed(chain)
    const { opened } = chain.front.pool.counts
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, index) =>
        ask(chain.front.port, '/', { method: 'POST', body: `body ${index}`, headers: { 'X-ODD-case': '1' } })
      )
    )
    expect(answers.map(({ body }) => body)).toEqual(Array.from({ length: 40 }, (_, index) => `body ${index}`))
    expect(answers[0]?.headers['x-case']).toContain('X-ODD-case|1')
    expect(answers.some(({ headers }) => headers.upgrade !== undefined)).toBe(false)
    expect(chain.front.pool.counts.opened).toBe(opened)
  })

  it('carries chunks, trailers, early hints and answers without a body', async () => {
    const user = await userOf(
      answering((request, response) => {
        if (request.method === 'HEAD') response.setHeader('Content-Length', '7').end()
        else if (request.url === '/none') response.writeHead(204).end()
        else {
          response.writeEarlyHints({ link: '</a.css>; rel=preload' })
          response.writeHead(200, { Trailer: 'X-Sum' })
          response.write('one ')
          response.addTrailers({ 'X-Sum': '2' })
          response.end('two')
        }
      })
    )
    const chain = await chainTo(user)
    await warmed(chain)
    const one = await client(chain.front.port)
    one.send('GET /hints HTTP/1.1\r\nHost: h\r\n\r\n')
    await one.sees('HTTP/1.1 103 Early Hints\r\n')
    await one.sees('X-Sum: 2\r\n\r\n')
    expect(await ask(chain.front.port, '/trailers')).toMatchObject({ status: 200, body: 'one two', trailers: { 'x-sum': '2' } })
    expect(await ask(chain.front.port, '/none')).toMatchObject({ status: 204, body: '' })
    expect(await ask(chain.front.port, '/head', { method: 'HEAD' })).toMatchObject({ status: 200, headers: { 'content-length': '7' } })
  })

  it('lets the client that leaves be noticed, and the others be', async () => {
    let left = 0
    let came = 0
    const user = await userOf(
      answering((request, response) => {
        came++
        response.on('close', () => left++)
        if (request.url === '/quick') response.end('quick')
      })
    )
    const chain = await chainTo(user)
    await warmed(chain)
    const one = await client(chain.front.port)
    one.send('GET /wait HTTP/1.1\r\nHost: h\r\n\r\n')
    await until(() => came === 1, 'the request at the user')
    one.socket.destroy()
    await until(() => left === 1, 'the user to see that the client has left')
    await until(() => chain.front.outcomes.some(({ kind }) => kind === 'client-gone'), 'the front to be done with it')
    expect(await ask(chain.front.port, '/quick')).toMatchObject({ body: 'quick' })
  })

  it('breaks the answer that breaks behind it, and no other', async () => {
    const user = await userOf(
      answering((request, response) => {
        if (request.url !== '/break') {
          setTimeout(() => response.end('whole'), 20)
          return
        }
        response.writeHead(200, { 'Content-Length': '100' })
        response.write('some', () => response.destroy())
      })
    )
    const chain = await chainTo(user)
    await warmed(chain)
    const [broken, whole] = await Promise.all([ask(chain.front.port, '/break'), ask(chain.front.port, '/whole')])
    expect([broken.whole, broken.body, whole.whole, whole.body]).toEqual([false, 'some', true, 'whole'])
  })

  it('carries neither long bodies, nor those of unknown length, nor what changes its protocol', async () => {
    const upstream = await upstreamOf((peer) => {
      const upgrade = 'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: chat\r\n\r\nhello'
      if (peer.received.includes('Upgrade: chat')) peer.send(upgrade)
      else if (!peer.received.includes('/hold') && (peer.received.endsWith('\r\n\r\n') || peer.received.endsWith('xx'))) {
        peer.received = ''
        setTimeout(() => peer.send('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'), 5)
      }
    })
    const chain = await chainTo(upstream.address)
    await warmed(chain)
    const trunk = await portOf(chain, () => ask(chain.front.port))
    expect(await portOf(chain, () => ask(chain.front.port, '/', { method: 'POST', body: 'xx' }))).toBe(trunk)
    expect(await portOf(chain, () => ask(chain.front.port, '/', { method: 'POST', body: 'x'.repeat(20_000) }))).not.toBe(trunk)
    const chunked = { 'Transfer-Encoding': 'chunked' }
    expect(await portOf(chain, () => ask(chain.front.port, '/', { method: 'POST', body: 'xx', headers: chunked }))).not.toBe(trunk)
    const one = await client(chain.front.port)
    one.send('GET / HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: chat\r\n\r\n')
    expect(await portOf(chain, () => one.sees('hello'))).not.toBe(trunk)
  })

  it('is left alone for a while by an address that answers at length', async () => {
    const long = 'x'.repeat(300_000)
    const user = await userOf(answering((request, response) => void response.end(request.url === '/long' ? long : 'short')))
    const chain = await chainTo(user)
    await warmed(chain)
    const trunk = await portOf(chain, () => ask(chain.front.port))
    const answers = await Promise.all(Array.from({ length: 8 }, () => ask(chain.front.port, '/long')))
    expect(answers.every(({ body }) => body === long)).toBe(true)
    expect(await portOf(chain, () => ask(chain.front.port))).not.toBe(trunk)
  })

  it('holds a long answer back for a client that does not read', async () => {
    let sent = 0
    const user = await userOf(
      answering((_request, response) => {
        const more = (): void => {
          while (response.write(Buffer.alloc(16 * 1024)) && sent < 64 * 1024 * 1024) sent += 16 * 1024
        }
        response.on('drain', more)
        more()
      })
    )
    const chain = await chainTo(user)
    await warmed(chain)
    const slow = connect(chain.front.port, '127.0.0.1')
    later(() => void slow.destroy())
    slow.pause()
    slow.write('GET /endless HTTP/1.1\r\nHost: h\r\n\r\n')
    await until(() => sent > 0, 'the first of it')
    await settled(() => sent)
    expect(sent).toBeLessThan(40 * 1024 * 1024)
    expect(await ask(chain.front.port, '/warm')).toMatchObject({ body: 'warm' })
  })

  it('loses nothing when the server that took it drains, and another one is there', async () => {
    const user = await userOf(answering((request, response) => void request.resume().on('end', () => response.end('ok'))))
    const chain = await chainTo(user)
    const held = await warmed(chain)
    let over = false
    const statuses: number[] = []
    const asking = Array.from({ length: 8 }, async () => {
      while (!over) statuses.push((await ask(chain.front.port, '/', { method: 'POST', body: 'x' })).status)
    })
    await until(() => statuses.length > 100, 'a hundred answers')
    chain.back.server.leave()
    const before = statuses.length
    await until(() => statuses.length > before + 100, 'a hundred more')
    over = true
    await Promise.all(asking)
    expect(statuses.every((status) => status === 200)).toBe(true)
    held.socket.destroy()
    expect(await chain.back.server.drain({ deadlineMs: 60_000, idleMs: 0 })).toEqual({ cut: 0 })
    expect(chain.back.server.counts.connections).toBe(0)
  })

  it('is not there where the other side is a version behind', async () => {
    const user = await userOf((_request, response) => void setTimeout(() => response.end('ok'), 5))
    const chain = await chainTo(user, {})
    for (let round = 0; round < 5; round++) await Promise.all(Array.from({ length: 8 }, () => ask(chain.front.port)))
    expect([carriedOf(chain), chain.back.server.counts.refused]).toEqual([-1, 0])
    const behind = await proxyTo(`127.0.0.1:${(await chainTo(user)).back.port}`)
    const answers = await Promise.all(Array.from({ length: 8 }, () => ask(behind.port)))
    expect(answers.every(({ status, headers }) => status === 200 && headers.upgrade === undefined)).toBe(true)
  })

  it('is not missed where the next server at its address takes none', async () => {
    const user = await userOf(answering((_request, response) => void response.end('ok')))
    const chain = await chainTo(user)
    await warmed(chain)
    await chain.back.server.close()
    const next = createServer({ handler: (exchange) => void exchange.respond(200, {}, 'next') })
    later(() => next.close())
    await next.listen({ port: chain.back.port, host: '127.0.0.1' })
    await until(() => chain.front.pool.counts.idle === 0, 'the lost connections to be noticed')
    const answers = await Promise.all(Array.from({ length: 20 }, () => ask(chain.front.port, '/', { method: 'POST', body: 'x' })))
    expect(answers.every(({ body }) => body === 'next')).toBe(true)
    expect(next.counts.refused).toBe(0)
  })

  it('is not tried at an address that leads to a server of another one', async () => {
    const user = await userOf((_request, response) => void setTimeout(() => response.end('ok'), 5))
    const { back } = await chainTo(user)
    const spreading = createNetServer((socket) => {
      const to = connect(back.port, '127.0.0.1')
      socket.pipe(to).pipe(socket)
      for (const one of [socket, to]) one.on('error', () => void [socket, to].map((each) => each.destroy()))
    })
    spreading.listen(0, '127.0.0.1')
    await once(spreading, 'listening')
    later(() => void spreading.close())
    const front = await proxyTo(`127.0.0.1:${(spreading.address() as AddressInfo).port}`, { pool: { trunks: true } })
    for (let round = 0; round < 5; round++) await Promise.all(Array.from({ length: 8 }, () => ask(front.port)))
    expect(front.pool.counts.opened).toBe(back.server.counts.connections)
    front.pool.close()
  })

  it('is done without where an upstream promises and does not keep it', async () => {
    const upstream = await upstreamOf((peer) => {
      if (peer.received.startsWith('TRUNK')) peer.send('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n')
      else if (peer.received.endsWith('\r\n\r\n')) {
        peer.received = ''
        setTimeout(
          () =>
            peer.send(`HTTP/1.1 200 OK\r\nConnection: Upgrade\r\nUpgrade: ${trunkOffer(upstream.address)}\r\nContent-Length: 2\r\n\r\nok`),
          5
        )
      }
    })
    const front = await proxyTo(upstream.address, { pool: { trunks: true } })
    for (let round = 0; round < 5; round++) {
      const answers = await Promise.all(Array.from({ length: 6 }, () => ask(front.port)))
      expect(answers.every(({ body }) => body === 'ok')).toBe(true)
    }
    await until(() => upstream.connections.some(({ received }) => received.startsWith('TRUNK')), 'a trunk to be tried')
    expect(await ask(front.port)).toMatchObject({ status: 200 })
  })

  it('that is lost as a request goes by it costs that one nothing: it goes by a connection of its own', async () => {
    const lost: string[] = []
    const upstream = await upstreamOf((peer) => {
      if (peer.received === trunkPreface.toString()) peer.send(frame('greeting', 0).toString('latin1'))
      else if (peer.received.startsWith('TRUNK')) {
        lost.push(peer.received)
        peer.socket.destroy()
      } else if (peer.received.endsWith('\r\n\r\n')) {
        const isHeld = peer.received.includes('/hold')
        peer.received = ''
        const offer = `Connection: Upgrade\r\nUpgrade: ${trunkOffer(upstream.address)}`
        if (!isHeld) peer.send(`HTTP/1.1 200 OK\r\n${offer}\r\nContent-Length: 2\r\n\r\nok`)
      }
    })
    const front = await proxyTo(upstream.address, { pool: { trunks: true }, forward: { retry } })
    expect(await ask(front.port)).toMatchObject({ status: 200 })
    for (let held = 0; held < 2; held++) {
      const one = await client(front.port)
      one.send('GET /hold HTTP/1.1\r\nHost: h\r\n\r\n')
    }
    await until(() => front.exchanges.length === 3, 'two requests that are under way')
    const statuses: number[] = []
    for (let round = 0; round < 500 && lost.length === 0; round++) statuses.push((await ask(front.port, '/carried')).status)
    expect(lost[0]).toContain('GET /carried')
    expect(new Set(statuses)).toEqual(new Set([200]))
  })
})
