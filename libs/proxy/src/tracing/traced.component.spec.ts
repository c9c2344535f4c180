import { createServer as createNodeServer, type IncomingHttpHeaders, type IncomingMessage, type Server as NodeServer } from 'node:http'
import { createServer as createHttp2Server } from 'node:http2'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { createServer } from '../server/create-server.ts'
import { pipeline } from '../server/pipeline.ts'
import { badGateway } from '../server/refuse.ts'
import type { Server } from '../server/server.ts'
import { KeptTracer } from '../testing/kept-tracer.ts'
import { until } from '../testing/until.ts'
import { createUpstreamPool } from '../upstream/upstream-pool.ts'
import type { Tracing } from './span.ts'
import { traced } from './traced.ts'

describe('a traced path', () => {
  const tracer = new KeptTracer()
  let tracing: { tracer: Tracing['tracer'] }
  let seen: IncomingMessage[]
  let upstream: NodeServer
  let address: string
  let server: Server
  let url: string
  let h2c: string
  const pool = createUpstreamPool()

  beforeEach(async () => {
    tracer.spans.length = 0
    tracing = { tracer }
    seen = []
    upstream = createNodeServer((request, response) => {
      seen.push(request)
      response.statusCode = request.url === '/missing' ? 404 : 200
      response.end('hello')
    })
    await new Promise<void>((resolve) => upstream.listen(0, '127.0.0.1', resolve))
    address = `127.0.0.1:${(upstream.address() as AddressInfo).port}`
    server = createServer({
      handler: pipeline([
        traced(tracing),
        (exchange) => {
          if (exchange.request.target === '/busy') exchange.respond(503, {}, 'busy')
          else if (exchange.request.target === '/late') exchange.expire(504, 'late')
          else if (exchange.request.target === '/h2c') pool.send(exchange, h2c, { protocol: 'h2c' }, () => undefined)
          else
            pool.send(exchange, exchange.request.target === '/nobody' ? '127.0.0.1:1' : address, {}, (outcome) => {
              if (outcome.kind === 'upstream-failed') badGateway(exchange, outcome.error)
            })
        }
      ])
    })
    url = `http://127.0.0.1:${(await server.listen({ host: '127.0.0.1', port: 0 })).port}`
  })
  afterEach(async () => {
    await server.close()
    upstream.closeAllConnections()
    await new Promise((resolve) => upstream.close(resolve))
  })

  const settled = (count: number): Promise<void> =>
    until(() => tracer.spans.length === count && tracer.spans.every(({ over }) => over), `${count} spans to end`)

  it('records a request and its attempt, and tells the upstream of the latter', async () => {
    await fetch(`${url}/a?secret=1`, { headers: { traceparent: 'client-01', tracestate: 'a=b', 'user-agent': 'test' } })
    await settled(2)
    expect(seen[0]?.headers).toMatchObject({ traceparent: '2', tracestate: 'a=b' })
    expect(tracer.spans).toMatchObject([
      {
        name: 'GET',
        parent: 'client-01',
        failed: undefined,
        attributes: {
          'http.request.method': 'GET',
          'url.path': '/a',
          'url.scheme': 'http',
          'server.address': url.slice('http://'.length),
          'network.protocol.version': '1.1',
          'network.peer.address': '127.0.0.1',
          'user_agent.original': 'test',
          'http.response.status_code': 200,
          'http.response.body.size': 5
        }
      },
      { name: `GET /a?secret=1 to ${address}`, parent: '1', failed: undefined, attributes: { 'http.response.status_code': 200 } }
    ])
  })

  it.each([
    ['what an upstream answered is not the fault of the one before it', '/missing', [undefined, '404']],
    ['an answer of our own', '/busy', ['503']],
    ['a deadline', '/late', ['504']],
    ['an upstream that refuses', '/nobody', ['502', 'refused: dial tcp 127.0.0.1:1: connect: connection refused']]
  ])('says what failed: %s', async (_, path, failed) => {
    await fetch(`${url}${path}`)
    await settled(failed.length)
    expect(tracer.spans.map((span) => span.failed)).toEqual(failed)
  })

  it('tells an upstream over HTTP/2 of its attempt, too', async () => {
    const asked: IncomingHttpHeaders[] = []
    const http2 = createHttp2Server((request, response) => {
      asked.push(request.headers)
      response.end('hello')
    })
    await new Promise<void>((resolve) => http2.listen(0, '127.0.0.1', resolve))
    h2c = `127.0.0.1:${(http2.address() as AddressInfo).port}`
    try {
      expect(await (await fetch(`${url}/h2c`)).text()).toBe('hello')
      await settled(2)
      expect(asked[0]?.['traceparent']).toBe('2')
    } finally {
      pool.drop(h2c)
      await new Promise((resolve) => http2.close(resolve))
    }
  })

  it('passes the headers of a request that is not recorded as they came', async () => {
    await fetch(`${url}/a`, { headers: { traceparent: 'client-00' } })
    expect(seen[0]?.headers['traceparent']).toBe('client-00')
    expect(tracer.spans).toEqual([])
  })

  it('tells others of the decision not to record', async () => {
    await fetch(`${url}/a`, { headers: { traceparent: 'decline' } })
    expect(seen[0]?.headers['traceparent']).toBe('declined')
    expect(tracer.spans).toEqual([])
  })

  it.each([
    ['a kubelet', { 'user-agent': 'kube-probe/1.34' }],
    ['a network probe', { 'k-network-probe': 'queue' }]
  ])('leaves out %s', async (_, headers) => {
    await fetch(`${url}/a`, { headers: headers as Record<string, string> })
    expect(tracer.spans).toEqual([])
  })

  it('may be switched off and on between two requests', async () => {
    tracing.tracer = undefined
    await fetch(`${url}/a`)
    expect(seen[0]?.headers['traceparent']).toBeUndefined()
    tracing.tracer = tracer
    await fetch(`${url}/a`)
    await settled(2)
  })
})
