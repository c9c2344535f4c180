import { X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { connect as connectTcp, type Socket } from 'node:net'
import { connect, type TLSSocket } from 'node:tls'
import { expect, it } from '@jest/globals'
import { selfSigned } from '@knative-ts/testing/self-signed'
import { createServer } from './create-server.ts'
import { cleanUp, later, upstreamOf } from '../testing/bed.ts'
import { settled, until } from '../testing/until.ts'
import { createUpstreamPool } from '../upstream/upstream-pool.ts'
import type { Server, ServerTimes } from './server.ts'

cleanUp()

async function secureProxy(): Promise<{ server: Server; port: number; upstream: Awaited<ReturnType<typeof upstreamOf>> }> {
  const upstream = await upstreamOf()
  const pool = createUpstreamPool()
  const server = createServer({
    handler: (exchange) => pool.send(exchange, upstream.address, {}, () => {}),
    tls: await selfSigned('localhost')
  })
  const { port } = await server.listen({ port: 0, host: '127.0.0.1' })
  later(async () => {
    await server.close()
    pool.close()
  })
  return { server, port, upstream }
}

async function secureClient(port: number): Promise<TLSSocket> {
  const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false, ALPNProtocols: ['http/1.1'] })
  later(() => void socket.destroy())
  socket.on('error', () => {})
  await once(socket, 'secureConnect')
  return socket
}

it('holds back both sides over TLS, and loses nothing', async () => {
  const { port, upstream } = await secureProxy()
  const socket = await secureClient(port)
  let got = 0
  const size = 32 * 1024 * 1024
  const half = Buffer.alloc(size / 2, 'x')
  socket.write(`POST / HTTP/1.1\r\nHost: h\r\nContent-Length: ${size}\r\n\r\n`)
  const peer = await upstream.peer(0)
  await peer.head()
  peer.socket.pause()
  socket.write(half)
  socket.write(half)
  expect(await settled(() => socket.writableLength)).toBeGreaterThan(size / 4)
  peer.socket.removeAllListeners('data')
  let uploaded = 0
  peer.socket.on('data', (text: string) => (uploaded += text.length))
  peer.socket.resume()
  await until(
    () => uploaded === size,
    () => `the upload; ${uploaded}`
  )
  const head = `HTTP/1.1 200 OK\r\nContent-Length: ${size}\r\n\r\n`
  peer.send(head).send(half).send(half)
  expect(await settled(() => peer.socket.writableLength)).toBeGreaterThan(size / 4)
  socket.on('data', (bytes: Buffer) => (got += bytes.length))
  await until(
    () => got === size + head.length,
    () => `the download; ${got}`
  )
})

it('tells the upstream of a client that breaks its TLS connection, and answers requests sent ahead in order', async () => {
  const { port, upstream, server } = await secureProxy()
  const socket = await secureClient(port)
  let text = ''
  socket.on('data', (bytes: Buffer) => (text += bytes.toString()))
  socket.write('GET /1 HTTP/1.1\r\nHost: h\r\n\r\nGET /2 HTTP/1.1\r\nHost: h\r\n\r\nGET /3 HTTP/1.1\r\nHost: h\r\n\r\n')
  const peer = await upstream.peer(0)
  for (const path of ['/1', '/2']) {
    expect(await peer.head()).toContain(`GET ${path} `)
    peer.send(`HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n${path}`)
  }
  expect(await peer.head()).toContain('GET /3 ')
  expect(text).toBe('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n/1HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n/2')
  socket.destroy()
  await until(() => peer.ended, 'the upstream to be given up')
  await until(() => server.counts.active + server.counts.connections === 0, 'the exchange to be over')
})

it('gives new certificates to new connections, and keeps the old ones', async () => {
  const { port, upstream, server } = await secureProxy()
  const old = await secureClient(port)
  const { fingerprint } = old.getPeerCertificate()
  server.replaceCertificates(await selfSigned('localhost'))
  const fresh = await secureClient(port)
  expect(fresh.getPeerCertificate().fingerprint).not.toBe(fingerprint)
  let text = ''
  old.on('data', (bytes: Buffer) => (text += bytes.toString()))
  old.write('GET / HTTP/1.1\r\nHost: h\r\n\r\n')
  const peer = await upstream.peer(0)
  await peer.head()
  peer.send('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok')
  await until(() => text.endsWith('ok'), 'an answer on the old connection')
})

it('shows the certificate that came while it was about to listen', async () => {
  const [old, renewed] = [await selfSigned('localhost'), await selfSigned('localhost')]
  const server = createServer({ handler: (exchange) => void exchange.respond(200), tls: old })
  later(() => server.close())
  const listening = server.listen({ port: 0, host: '127.0.0.1' })
  server.replaceCertificates(renewed)
  const shown = (await secureClient((await listening).port)).getPeerCertificate()
  expect(shown.fingerprint).toBe(new X509Certificate(renewed.cert).fingerprint)
})

/** Connects, and says nothing of TLS. */
async function silentClient(port: number): Promise<Socket> {
  const socket = connectTcp({ port, host: '127.0.0.1', allowHalfOpen: true })
  later(() => void socket.destroy())
  socket.on('error', () => {})
  socket.resume()
  await once(socket, 'connect')
  return socket
}

async function secureServer(times: Partial<ServerTimes>): Promise<{ server: Server; port: number }> {
  const server = createServer({ handler: (exchange) => void exchange.respond(200), times, tls: await selfSigned('localhost') })
  later(() => server.close())
  return { server, port: (await server.listen({ port: 0, host: '127.0.0.1' })).port }
}

it('keeps no connection of a client that went in the middle of its handshake', async () => {
  const { port } = await secureServer({ headMs: 100 })
  const gone = await silentClient(port)
  gone.end()
  await until(() => gone.closed || gone.readableEnded, 'the server to close its side')
})

it.each(['close', 'drain'] as const)('ends handshakes that are under way, too (%s)', async (how) => {
  const { server, port } = await secureServer({})
  const silent = await silentClient(port)
  // Behind it in the queue of the listener: the server has both.
  const other = await secureClient(port)
  other.destroy()
  await until(() => server.counts.connections === 0, 'the other one to be gone')
  await (how === 'close' ? server.close() : server.drain({ deadlineMs: 60_000 }))
  await until(() => silent.closed || silent.readableEnded, 'the server to close its side')
})
