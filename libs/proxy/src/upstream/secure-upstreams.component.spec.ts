import { createServer as createNetServer } from 'node:net'
import { createServer as createTlsServer, type TlsOptions, type TLSSocket } from 'node:tls'
import { describe, expect, it } from '@jest/globals'
import { testAuthority } from '@knative-ts/testing/authority'
import { readAll } from '../body.ts'
import type { Handler } from '../server/pipeline.ts'
import { createServer } from '../server/create-server.ts'
import type { Server } from '../server/server.ts'
import { cleanUp, client, later, proxyTo } from '../testing/bed.ts'
import { until } from '../testing/until.ts'
import { securedAddress } from './address.ts'
import type { Outcome } from './outcome.ts'
import { createUpstreamPool } from './upstream-pool.ts'
import type { PoolOptions } from './upstreams.ts'

const authority = testAuthority()
const certificate = authority.issue(['kn-user-default', 'data-plane.knative.dev'])
const get = 'GET / HTTP/1.1\r\nHost: h\r\n\r\n'
const trusting: PoolOptions = { authorities: () => authority.cert }

cleanUp()

const hello: Handler = async (exchange) => {
  const { request } = exchange
  exchange.respond(200, {}, `${request.version} ${request.host} ${String(request.secure)}`)
}

/** A server of this library that speaks TLS; the address at which a pool finds it. */
async function secureUpstream(
  handler: Handler = hello,
  tls: TlsOptions = certificate
): Promise<{ server: Server; socket: string; address: string }> {
  const server = createServer({ handler, tls })
  later(() => server.close())
  const { port } = await server.listen({ port: 0, host: '127.0.0.1' })
  const socket = `127.0.0.1:${port}`
  return { server, socket, address: securedAddress('kn-user-default', socket) }
}

/** A TLS server that is told of each connection. */
async function rawUpstream(options: TlsOptions, connected: (socket: TLSSocket) => void): Promise<string> {
  const server = createTlsServer({ allowHalfOpen: true, ...certificate, ...options }, (socket) => {
    socket.on('error', () => {})
    later(() => void socket.destroy())
    connected(socket)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  later(() => void server.close())
  return securedAddress('kn-user-default', `127.0.0.1:${(server.address() as { port: number }).port}`)
}

async function failureOf(
  address: string,
  pool: PoolOptions = trusting,
  protocol: 'h1' | 'h2c' = 'h1'
): Promise<Extract<Outcome, { kind: 'upstream-failed' }>> {
  const proxy = await proxyTo(address, { pool, forward: { protocol } })
  const one = await client(proxy.port)
  one.send('POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nhi')
  const outcome = await proxy.outcome(0)
  if (outcome.kind !== 'upstream-failed') throw new Error(`it ended as ${JSON.stringify(outcome)}`)
  await one.sees('502 Bad Gateway')
  expect(proxy.pool.counts).toMatchObject({ idle: 0, busy: 0, secured: 0 })
  return outcome
}

describe('an upstream over TLS', () => {
  it.each([
    ['h1', '1.1 h true'],
    ['h2c', '2 h true']
  ] as const)('is spoken to by %s, and its connections are kept', async (protocol, body) => {
    const { address, server } = await secureUpstream()
    const proxy = await proxyTo(address, { pool: trusting, forward: { protocol } })
    const one = await client(proxy.port)
    for (let round = 1; round <= 3; round++) {
      one.send(get)
      await one.sees((text) => text.split(body).length === round + 1)
    }
    expect(proxy.pool.counts.secured).toBe(1)
    expect(server.counts).toMatchObject({ connections: 1, requests: 3 })
  })

  it('gets 10 MiB and gives them back at the pace of the slower side', async () => {
    const size = 10 * 1024 * 1024
    const { address } = await secureUpstream(async (exchange) => {
      const body = await readAll(exchange.request.body, size)
      exchange.respond(200, { 'Content-Type': 'text/plain' }, body.toString().replaceAll('x', 'y'))
    })
    const proxy = await proxyTo(address, { pool: trusting })
    const one = await client(proxy.port)
    one.send(`POST / HTTP/1.1\r\nHost: h\r\nContent-Length: ${size}\r\n\r\n`)
    one.socket.write(Buffer.alloc(size, 'x'))
    await one.sees((text) => text.length > size && text.endsWith('y'))
    expect(one.received.length - one.received.indexOf('\r\n\r\n') - 4).toBe(size)
    expect((await proxy.outcome(0)).kind).toBe('completed')
  }, 60_000)

  it('is asked by the role itself with its address as the Host', async () => {
    const { address, socket } = await secureUpstream()
    const pool = createUpstreamPool(trusting)
    later(() => pool.close())
    for (const protocol of ['h1', 'h2c'] as const) {
      const { body } = await pool.request(address, { target: '/healthz', protocol, timeoutMs: 10_000 })
      expect(body.toString()).toBe(`${protocol === 'h1' ? '1.1' : '2'} ${socket} true`)
    }
  })

  it('notices that the client has gone', async () => {
    const { address, server } = await secureUpstream(() => new Promise(() => {}))
    const proxy = await proxyTo(address, { pool: trusting })
    const one = await client(proxy.port)
    one.send(get)
    await until(() => server.counts.active === 1, 'the request to arrive')
    one.socket.destroy()
    expect(await proxy.outcome(0)).toEqual({ kind: 'client-gone' })
    await until(() => proxy.pool.counts.busy === 0, 'the connection to be given up')
  })

  it('that closed a kept connection is dialled anew', async () => {
    const sockets: TLSSocket[] = []
    const address = await rawUpstream({}, (socket) => {
      sockets.push(socket)
      socket.on('data', () => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'))
    })
    const proxy = await proxyTo(address, { pool: trusting })
    const one = await client(proxy.port)
    one.send(get)
    await one.sees('ok')
    sockets[0]?.end()
    await until(() => proxy.pool.counts.idle === 0, 'the end to be noticed')
    one.send(get)
    await one.sees((text) => text.split('ok').length === 3)
    expect(proxy.pool.counts.secured).toBe(2)
  })

  it('carries an upgrade', async () => {
    const address = await rawUpstream({}, (socket) => {
      socket.once('data', () => {
        socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\nfirst')
        socket.on('data', (bytes: Buffer) => socket.write(bytes))
      })
    })
    const proxy = await proxyTo(address, { pool: trusting })
    const one = await client(proxy.port)
    one.send('GET / HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n')
    await one.sees('first')
    one.send('second')
    await one.sees('second')
    expect(proxy.server.counts.tunnels).toBe(1)
  })

  it('has what it sent right behind its handshake read', async () => {
    const address = await rawUpstream({ ALPNProtocols: ['h2'] }, (socket) => {
      // SETTINGS, and a GOAWAY that says why.
      socket.write(
        Buffer.concat([Buffer.from('000000040000000000', 'hex'), Buffer.from('00000c070000000000000000000000000b62757379', 'hex')])
      )
      socket.end()
    })
    const proxy = await proxyTo(address, { pool: trusting, forward: { protocol: 'h2c' } })
    const one = await client(proxy.port)
    one.send(get)
    await one.sees('debug="busy"')
    expect(await proxy.outcome(0)).toMatchObject({ kind: 'upstream-failed', error: { unsent: true } })
  })
})

describe('an upstream over TLS fails before a byte of the request is sent', () => {
  const rows: readonly (readonly [string, TlsOptions, PoolOptions, string])[] = [
    [
      'by an authority that is not trusted',
      testAuthority('others').issue(['kn-user-default']),
      trusting,
      'failed to verify certificate: x509: certificate signed by unknown authority'
    ],
    [
      'of another namespace',
      authority.issue(['kn-user-other', 'data-plane.knative.dev']),
      trusting,
      'failed to verify certificate: x509: certificate is valid for kn-user-other, data-plane.knative.dev, not kn-user-default'
    ],
    [
      'that has ended',
      authority.issue(['kn-user-default'], new Date(Date.now() - 7_200_000)),
      trusting,
      'failed to verify certificate: x509: certificate has expired or is not yet valid'
    ],
    ['where nobody is trusted yet', certificate, {}, 'no authority is trusted yet']
  ]
  it.each(rows)('with a certificate %s', async (_what, tls, pool, text) => {
    const { address, server } = await secureUpstream(hello, tls)
    const { error, phase, retriable } = await failureOf(address, pool)
    expect({ code: error.code, text: error.message, phase, retriable }).toEqual({
      code: 'handshake',
      text: `tls: ${text}`,
      phase: 'connect',
      retriable: true
    })
    expect(server.counts.requests).toBe(0)
  })

  it('with a certificate that only its common name would fit', async () => {
    const { address } = await secureUpstream(hello, authority.issue(['other', 'kn-user-default'].slice(0, 1)))
    expect((await failureOf(address)).error.message).toContain('not kn-user-default')
  })

  it('when it does not agree to HTTP/2', async () => {
    const only1 = await rawUpstream({ ALPNProtocols: ['http/1.1'] }, () => {})
    expect((await failureOf(only1, trusting, 'h2c')).error.message).toBe('tls: no application protocol')
    const none = await rawUpstream({}, () => {})
    expect((await failureOf(none, trusting, 'h2c')).error.message).toBe('tls: the upstream did not agree to speak h2')
  })

  it('when it speaks no TLS', async () => {
    const plain = createNetServer((socket) => {
      socket.on('error', () => {})
      socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')
    })
    await new Promise<void>((resolve) => plain.listen(0, '127.0.0.1', resolve))
    later(() => void plain.close())
    const { port } = plain.address() as { port: number }
    expect((await failureOf(`kn-user-default@127.0.0.1:${port}`)).error.message).toBe(
      'tls: first record does not look like a TLS handshake'
    )
  })

  it('when nobody listens', async () => {
    const { address, server, socket } = await secureUpstream()
    await server.close()
    const { error } = await failureOf(address)
    expect([error.code, error.message]).toEqual(['refused', `dial tcp ${socket}: connect: connection refused`])
  })
})

it('authorities are those of the moment: who was not trusted is, and open connections stay', async () => {
  let trusted = testAuthority('before').cert
  const { address } = await secureUpstream()
  const proxy = await proxyTo(address, { pool: { authorities: () => trusted } })
  const one = await client(proxy.port)
  one.send(get)
  await one.sees('502')
  trusted += authority.cert
  one.send(get)
  await one.sees('200 OK')
  trusted = testAuthority('after').cert
  one.send(get)
  await one.sees((text) => text.split('200 OK').length === 3)
  expect(proxy.pool.counts.secured).toBe(1)
})

it('a new certificate is shown to new connections, and kept ones go on', async () => {
  const { address, server } = await secureUpstream()
  const proxy = await proxyTo(address, { pool: trusting })
  const [one, two] = [await client(proxy.port), await client(proxy.port)]
  one.send(get)
  await one.sees('200 OK')
  server.replaceCertificates(testAuthority('another').issue(['kn-user-default']))
  one.send(get)
  await one.sees((text) => text.split('200 OK').length === 3)
  proxy.pool.drop(address)
  two.send(get)
  await two.sees('signed by unknown authority')
  expect(proxy.outcomes.map(({ kind }) => kind)).toEqual(['completed', 'completed', 'upstream-failed'])
})
