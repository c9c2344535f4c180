/** The HTTPS listener of a whole gateway, with real handshakes. */
import { once } from 'node:events'
import { request as httpRequest } from 'node:http'
import { connect as connectHttp2 } from 'node:http2'
import { request as httpsRequest, Agent } from 'node:https'
import { connect, type ConnectionOptions, type TLSSocket } from 'node:tls'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { eventually } from '@knative-ts/testing'
import { selfSigned } from '@knative-ts/testing/self-signed'
import type { routing } from '@knative-ts/wire'
import { FakeBackend } from '../testing/fake-backend.ts'
import { FakeController } from '../testing/fake-controller.ts'
import { backendOf, routesOf, type RouteOptions } from '../testing/routes.ts'
import { RunningGateway } from '../testing/running-gateway.ts'

describe('a gateway over TLS', () => {
  let a: routing.Certificate
  let renewed: routing.Certificate
  let wildcard: routing.Certificate
  let inside: routing.Certificate
  let controller: FakeController
  let backend: FakeBackend
  let gateway: RunningGateway
  const agents: Agent[] = []
  const sockets: TLSSocket[] = []

  beforeAll(async () => {
    a = await certificateFor('default/a', 'a.test')
    renewed = await certificateFor('default/a', 'a.test')
    wildcard = await certificateFor('default/wild', '*.wild.test')
    inside = await certificateFor('default/inside', 'inside.test')
  })
  beforeEach(async () => {
    controller = await new FakeController().open()
    backend = await new FakeBackend('pod').open()
    controller.table = {
      ingresses: [
        ingress('a', { tls: [{ hosts: ['a.test'], certificate: 'default/a' }], httpOption: 'Redirected' }),
        ingress('x.wild', { tls: [{ hosts: ['*.wild.test'], certificate: 'default/wild' }] }),
        ingress('plain'),
        ingress('missing', { tls: [{ hosts: ['missing.test'], certificate: 'default/nowhere' }] }),
        ingress('inside', { tls: [{ hosts: ['inside.test'], certificate: 'default/inside' }], clusterLocal: true }),
        ingress('broken', { tls: [{ hosts: ['broken.test'], certificate: 'default/broken' }] })
      ],
      backends: [backendOf([backend.address])],
      certificates: [a, wildcard, inside, { key: 'default/broken', chain: a.chain, privateKey: renewed.privateKey }]
    }
    gateway = await new RunningGateway(controller, { HTTPS_EXTERNAL_PORT: '8443' }).start()
  })
  afterEach(async () => {
    for (const agent of agents.splice(0)) agent.destroy()
    for (const socket of sockets.splice(0)) socket.destroy()
    await gateway.stop()
    backend.kill()
    await controller.close()
  })
  afterAll(() => expect(sockets).toEqual([]))

  const certificateFor = async (key: string, ...names: readonly string[]): Promise<routing.Certificate> => {
    const { cert, key: privateKey } = await selfSigned(...names)
    return { key, chain: cert, privateKey }
  }
  const ingress = (name: string, options: RouteOptions = {}): routing.IngressRoutes =>
    routesOf(`${name}.test`, { key: `default/${name}`, ...options })

  const handshake = async (options: ConnectionOptions = {}): Promise<TLSSocket> => {
    const socket = connect({ host: '127.0.0.1', port: gateway.port('https'), servername: 'a.test', rejectUnauthorized: false, ...options })
    sockets.push(socket)
    await once(socket, 'secureConnect')
    return socket
  }
  const serialOf = (socket: TLSSocket): string => socket.getPeerCertificate().serialNumber
  const serial = async (servername: string): Promise<string> => serialOf(await handshake({ servername }))
  /** One request over a connection whose client trusts `ca` alone. */
  const ask = (
    host: string,
    { ca = a.chain, servername = host, agent = new Agent(), listener = 'https' as 'https' | 'https-internal' } = {}
  ): Promise<string> =>
    new Promise((resolve, reject) => {
      agents.push(agent)
      const options = { host: '127.0.0.1', port: gateway.port(listener), servername, ca, agent, headers: { Host: host } }
      const request = httpsRequest(options, (response) => {
        let text = String(response.statusCode)
        response.on('data', (chunk) => (text += ` ${String(chunk)}`))
        response.on('end', () => resolve(text))
      })
      request.on('error', reject)
      request.end()
    })

  it('shows each name its certificate, which clients verify, and says so to the app', async () => {
    expect(await ask('a.test')).toBe('200 pod')
    expect(await ask('x.wild.test', { ca: wildcard.chain })).toBe('200 pod')
    expect(backend.seen[0]?.headers).toMatchObject({ 'x-forwarded-proto': 'https', 'x-forwarded-host': 'a.test', host: 'a.test' })
  })

  it('serves names inside the cluster to pods alone, and those outside to nobody inside', async () => {
    expect(await ask('inside.test', { ca: inside.chain, listener: 'https-internal' })).toBe('200 pod')
    expect(await ask('inside.test', { ca: inside.chain })).toMatch(/^404 no route leads from host "inside.test"/)
    expect(await ask('a.test', { listener: 'https-internal' })).toMatch(/^404 no route leads from host "a.test"/)
  })

  it.each([
    [['h2', 'http/1.1'], 'h2'],
    [['http/1.1'], 'http/1.1'],
    [undefined, false]
  ])('to a client that speaks %j speaks %s', async (offered, chosen) => {
    const socket = await handshake(offered === undefined ? {} : { ALPNProtocols: offered })
    expect(socket.alpnProtocol).toBe(chosen)
  })

  it('carries HTTP/2', async () => {
    const session = connectHttp2(`https://a.test`, {
      createConnection: () =>
        connect({ host: '127.0.0.1', port: gateway.port('https'), servername: 'a.test', ca: a.chain, ALPNProtocols: ['h2'] })
    })
    const stream = session.request({ ':path': '/p', ':authority': 'a.test' })
    let body = ''
    stream.setEncoding('utf8').on('data', (chunk: string) => (body += chunk))
    const [headers] = (await once(stream, 'response')) as [{ readonly ':status': number }]
    await once(stream, 'close')
    session.destroy()
    expect([headers[':status'], body, backend.seen[0]?.url]).toEqual([200, 'pod', '/p'])
  })

  it.each([
    ['a name that nothing leads from', 'nobody.test'],
    ['a host without TLS', 'plain.test'],
    ['a wildcard’s own name', 'wild.test'],
    ['a name two labels below a wildcard', 'y.x.wild.test'],
    ['a host whose Secret is not there', 'missing.test'],
    ['a host whose key is not its certificate’s', 'broken.test']
  ])('refuses %s with unrecognized_name', async (_what, servername) => {
    await expect(handshake({ servername })).rejects.toMatchObject({ code: 'ERR_SSL_TLSV1_UNRECOGNIZED_NAME' })
    expect(await ask('a.test')).toBe('200 pod')
  })

  it('refuses a handshake without a name, and one below TLS 1.2', async () => {
    await expect(handshake({ servername: '' })).rejects.toMatchObject({ code: 'ERR_SSL_SSL/TLS_ALERT_HANDSHAKE_FAILURE' })
    const old = { minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT:@SECLEVEL=0' } as const
    await expect(handshake(old)).rejects.toMatchObject({ code: 'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION' })
  })

  it('says which certificate cannot be used, and nothing of any key', async () => {
    await expect(handshake({ servername: 'broken.test' })).rejects.toThrow()
    const text = JSON.stringify(gateway.log.lines)
    expect(text).toContain('default/broken')
    expect(text).not.toContain(renewed.privateKey.slice(40, 60))
    expect(text).not.toContain('PRIVATE')
  })

  it('shows a renewed certificate to new connections and keeps the open ones', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    expect(await ask('a.test', { agent })).toBe('200 pod')
    const before = await handshake()
    const sequence = controller.send({ certificates: [renewed] })
    await eventually(() => controller.reports.at(-1)?.appliedSequence === sequence)
    expect([await serial('a.test'), await serial('x.wild.test')]).not.toEqual([serialOf(before), serialOf(before)])
    expect(await ask('a.test', { ca: renewed.chain })).toBe('200 pod')
    // The client of the old connection trusts the old certificate alone: it can only be the old connection.
    expect(await ask('a.test', { agent })).toBe('200 pod')
    before.write('GET / HTTP/1.1\r\nHost: a.test\r\n\r\n')
    expect(String(await once(before, 'data'))).toContain('200 OK')
  })

  it.each([
    ['its KIngress', { removedIngresses: ['default/a'] }],
    ['its Secret', { removedCertificates: ['default/a'] }],
    ['the tls of its KIngress', { ingresses: [routesOf('a.test', { key: 'default/a', version: 'v2' })] }]
  ])('stops to serve a host with %s', async (_what, change) => {
    const sequence = controller.send(change)
    await eventually(() => controller.reports.at(-1)?.appliedSequence === sequence)
    await expect(handshake()).rejects.toMatchObject({ code: 'ERR_SSL_TLSV1_UNRECOGNIZED_NAME' })
  })

  it('does not serve a host under the certificate of another', async () => {
    expect(await ask('plain.test', { servername: 'a.test' })).toBe('421 host "plain.test" is not served over TLS\n')
  })

  it('is where plain HTTP is led to, by its port, and only hosts that say so', async () => {
    const plain = (host: string): Promise<unknown[]> =>
      new Promise((resolve, reject) => {
        const options = { host: '127.0.0.1', port: gateway.port('public'), path: '/p?q=1', method: 'POST', headers: { Host: host } }
        const request = httpRequest({ ...options, agent: false }, (response) => {
          response.resume()
          resolve([response.statusCode, response.headers.location])
        })
        request.on('error', reject)
        request.end()
      })
    expect(await plain('A.test:8080')).toEqual([301, 'https://a.test:8443/p?q=1'])
    expect(await plain('x.wild.test')).toEqual([200, undefined])
    expect(await plain('plain.test')).toEqual([200, undefined])
  })
})
