/** What clients of a whole gateway may take, on raw sockets. */
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { selfSigned } from '@knative-ts/testing/self-signed'
import { FakeBackend } from './testing/fake-backend.ts'
import { FakeController } from './testing/fake-controller.ts'
import { backendOf, routesOf } from './testing/routes.ts'
import { RunningGateway } from './testing/running-gateway.ts'

const request = 'GET / HTTP/1.1\r\nHost: a.test\r\n\r\n'

const certificate = await selfSigned('a.test')

describe('a gateway is spared', () => {
  let controller: FakeController
  let backend: FakeBackend
  let gateway: RunningGateway
  const sockets: Socket[] = []

  beforeEach(async () => {
    controller = await new FakeController().open()
    backend = await new FakeBackend('pod').open()
    controller.table = {
      ingresses: [routesOf('a.test', { tls: [{ hosts: ['a.test'], certificate: 'default/a' }] })],
      backends: [backendOf([backend.address])],
      certificates: [{ key: 'default/a', chain: certificate.cert, privateKey: certificate.key }]
    }
  })
  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.destroy()
    await gateway.stop()
    backend.kill()
    await controller.close()
  })

  const start = async (environment: Readonly<Record<string, string>>): Promise<void> => {
    gateway = await new RunningGateway(controller, environment).start()
  }
  /** What a connection got by the time it was closed; how it was closed does not matter. */
  const closing = (socket: Socket): Promise<string> =>
    new Promise((resolve) => {
      let text = ''
      socket.on('data', (chunk) => (text += String(chunk)))
      socket.on('error', () => resolve(text))
      socket.on('close', () => resolve(text))
      socket.on('end', () => socket.end())
    })
  const client = (listener: 'public' | 'https' = 'public'): Socket => {
    const socket = connect(gateway.port(listener), '127.0.0.1')
    sockets.push(socket)
    return socket
  }

  /** What comes of a request over a TLS connection of its own, which stays open if it can. */
  const askSecurely = async (): Promise<'answered' | 'closed'> => {
    const socket = connectTls({ port: gateway.port('https'), host: '127.0.0.1', servername: 'a.test', rejectUnauthorized: false })
    sockets.push(socket)
    socket.write(request)
    return new Promise((resolve) => {
      socket.once('data', () => resolve('answered'))
      socket.once('error', () => resolve('closed'))
      socket.once('close', () => resolve('closed'))
    })
  }

  it.each([
    ['heads that do not end', { HEAD_TIMEOUT_MS: '200' }, 'GET / HTTP/1.1\r\nHost: a', 'HTTP/1.1 408'],
    ['clients that say nothing', { HEAD_TIMEOUT_MS: '200' }, '', ''],
    ['bodies that stop', { BODY_TIMEOUT_MS: '200' }, 'POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 9\r\n\r\nfour', ''],
    ['connections without requests', { IDLE_TIMEOUT_MS: '200' }, request, 'HTTP/1.1 200'],
    ['long heads', { MAX_HEAD_BYTES: '1024' }, `GET /${'a'.repeat(2_000)} HTTP/1.1\r\nHost: a.test\r\n\r\n`, 'HTTP/1.1 4'],
    ['heads of many fields', { MAX_HEADERS: '8' }, `GET / HTTP/1.1\r\nHost: a.test\r\n${'A: b\r\n'.repeat(20)}\r\n`, 'HTTP/1.1 4']
  ])('%s', async (_what, environment, bytes, answer) => {
    await start(environment)
    const socket = client()
    const closed = closing(socket)
    socket.write(bytes)
    expect((await closed).slice(0, answer.length)).toBe(answer)
    // Others are served on.
    const other = client()
    other.write(request)
    expect(String(await once(other, 'data'))).toContain('200 OK')
  })

  it('more than so many connections', async () => {
    await start({ MAX_CONNECTIONS: '2' })
    const first = [client(), client()]
    await Promise.all(first.map((socket) => once(socket, 'connect')))
    expect(await closing(client())).toBe('')
    for (const socket of first) socket.write(request)
    for (const socket of first) expect(String(await once(socket, 'data'))).toContain('200 OK')
  })

  it('more than so many connections over TLS', async () => {
    await start({ MAX_TLS_CONNECTIONS: '2' })
    expect(await Promise.all([askSecurely(), askSecurely()])).toEqual(['answered', 'answered'])
    expect(await askSecurely()).toBe('closed')
  })

  it('more than so many TLS connections whose handshake never ends', async () => {
    await start({ MAX_TLS_CONNECTIONS: '2' })
    const first = [client('https'), client('https')]
    await Promise.all(first.map((socket) => once(socket, 'connect')))
    // Sooner than the handshake's own timeout, which is 10 s.
    const waited = once(client('https'), 'close', { signal: AbortSignal.timeout(7_000) })
    await expect(waited).resolves.toBeDefined()
  })
})
