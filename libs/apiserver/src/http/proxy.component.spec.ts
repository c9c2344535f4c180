import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import { connect, type TLSSocket } from 'node:tls'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { startTestServer, type TestServer } from '../test-server.ts'
import { askedOf } from './proxy-target.ts'

const NS = '/api/v1/namespaces/default'

describe('a name that is proxied to', () => {
  it.each([
    ['web', { scheme: 'http', name: 'web', port: '' }],
    ['web:80', { scheme: 'http', name: 'web', port: '80' }],
    ['https:web:', { scheme: 'https', name: 'web', port: '' }],
    ['https:web:tls', { scheme: 'https', name: 'web', port: 'tls' }],
    ['ftp:web:80', undefined],
    ['a:b:c:d', undefined],
    [':80', undefined]
  ])('%s', (text, asked) => {
    expect(askedOf(text)).toEqual(asked)
  })
})

describe('the proxy to pods and services', () => {
  let server: TestServer
  let web: Server
  let port: number
  const told = async (request: IncomingMessage) => {
    let body = ''
    for await (const chunk of request) body += String(chunk)
    return JSON.stringify({ method: request.method, url: request.url, body, headers: request.headers })
  }

  beforeAll(async () => {
    web = createServer((request, response) => {
      if (request.url === '/moved') return void response.writeHead(302, { location: '/there' }).end()
      void told(request).then((text) => response.writeHead(request.method === 'PUT' ? 418 : 200).end(text))
    })
    web.on('upgrade', (_request, socket) => {
      socket.write('HTTP/1.1 101 Switching Protocols\r\nconnection: Upgrade\r\nupgrade: echo\r\n\r\n')
      socket.pipe(socket)
    })
    web.listen(0, '127.0.0.1')
    await once(web, 'listening')
    port = (web.address() as AddressInfo).port
    server = await startTestServer()
    const containers = [{ name: 'main', image: 'i', ports: [{ containerPort: port }] }]
    await server.ask('POST', `${NS}/serviceaccounts`, { metadata: { name: 'default' } })
    for (const name of ['web', 'starting']) await server.ask('POST', `${NS}/pods`, { metadata: { name }, spec: { containers } })
    await server.ask('PATCH', `${NS}/pods/web/status`, { status: { podIP: '127.0.0.1' } }, { type: 'application/merge-patch+json' })
    for (const name of ['web', 'empty'])
      await server.ask('POST', `${NS}/services`, { metadata: { name }, spec: { ports: [{ name: 'http', port: 80, targetPort: port }] } })
    await server.ask('POST', '/apis/discovery.k8s.io/v1/namespaces/default/endpointslices', {
      metadata: { name: 'web', labels: { 'kubernetes.io/service-name': 'web' } },
      addressType: 'IPv4',
      ports: [{ name: 'http', port }],
      endpoints: [{ addresses: ['127.0.0.1'] }]
    })
  })
  afterAll(async () => {
    await server.close()
    web.closeAllConnections()
    await new Promise((resolve) => web.close(resolve))
    expect(server.defects).toEqual([])
  })

  it.each(['services/web', 'services/web:80', 'services/web:http', 'pods/web', 'services/http:web:80'])(
    '%s leads to the program',
    async (name) => {
      const { status, json } = await server.ask('GET', `${NS}/${name}/proxy/a/b%20c?d=e`)
      expect([status, json.url]).toEqual([200, '/a/b%20c?d=e'])
    }
  )

  it('passes bodies and answers on, and what is about the client, without its credentials', async () => {
    const headers = { authorization: 'Bearer nonsense', 'x-own': 'yes' }
    const refused = await server.ask('PUT', `${NS}/pods/web/proxy/a`, { a: 1 }, { headers, anonymous: true })
    expect(refused.status).toBe(401)
    const { status, json } = await server.ask('PUT', `${NS}/pods/web/proxy/a`, { a: 1 }, { headers: { 'x-own': 'yes' } })
    expect([status, json.method, json.body]).toEqual([418, 'PUT', '{"a":1}'])
    expect(json.headers).toMatchObject({ 'x-own': 'yes', 'x-forwarded-uri': `${NS}/pods/web/proxy/a`, host: `127.0.0.1:${port}` })
    expect(json.headers.authorization).toBeUndefined()
  })

  it('keeps redirections on its path', async () => {
    expect((await server.ask('GET', `${NS}/pods/web/proxy/moved`)).headers.location).toBe(`${NS}/pods/web/proxy/there`)
    const bare = await server.ask('GET', `${NS}/pods/web/proxy?a=b`)
    expect([bare.status, bare.headers.location]).toEqual([301, `${NS}/pods/web/proxy/?a=b`])
  })

  it.each([
    ['services/none', 404, 'services "none" not found'],
    ['pods/none:80', 404, 'pods "none" not found'],
    ['services/empty', 503, 'no endpoints available for service "empty"'],
    ['services/web:81', 503, 'no service port "81" found for service "web"'],
    ['pods/starting', 400, 'address not allowed'],
    ['pods/web:1', 503, 'error trying to reach service: dial tcp 127.0.0.1:1: connect: connection refused'],
    ['pods/a:b:c:d', 400, 'invalid pod request "a:b:c:d"']
  ])('%s is refused with %d', async (name, code, message) => {
    const { status, json } = await server.ask('GET', `${NS}/${name}/proxy/`)
    expect([status, json.message]).toEqual([code, message])
  })

  it('changes the protocol when the program agrees', async () => {
    const { token } = await server.api.issueToken({ namespace: 'default', name: 'default' }, {})
    await server.ask('POST', '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings', {
      metadata: { name: 'all' },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' },
      subjects: [{ kind: 'ServiceAccount', namespace: 'default', name: 'default' }]
    })
    const socket: TLSSocket = connect({ host: '127.0.0.1', port: server.api.port, ca: server.api.caPem })
    socket.write(
      `GET ${NS}/services/web/proxy/ws HTTP/1.1\r\nhost: a\r\nauthorization: Bearer ${token}\r\nconnection: Upgrade\r\nupgrade: echo\r\n\r\n`
    )
    let text = ''
    const saw = new Promise<void>((resolve) =>
      socket.on('data', (chunk) => {
        const agreed = text.includes('101 Switching')
        text += String(chunk)
        if (!agreed && text.includes('101 Switching')) socket.write('back and forth')
        if (text.endsWith('back and forth')) resolve()
      })
    )
    await saw
    socket.destroy()
    expect(text).toMatch(/^HTTP\/1.1 101 Switching Protocols\r\n/)
  })
})
