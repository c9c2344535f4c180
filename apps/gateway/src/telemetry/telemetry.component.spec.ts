/** What a gateway tells of its requests: spans, metrics, and lines about what it could not serve. */
import { Agent, request as httpRequest } from 'node:http'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { quietSettings } from '@knative-ts/telemetry/settings'
import { eventually } from '@knative-ts/testing'
import { type ReceivedSpan, SpanReceiver } from '@knative-ts/testing/span-receiver'
import { FakeBackend } from '../testing/fake-backend.ts'
import { FakeController } from '../testing/fake-controller.ts'
import { backendOf, routesOf } from '../testing/routes.ts'
import { RunningGateway } from '../testing/running-gateway.ts'

const split = { appendHeaders: { 'Knative-Serving-Namespace': 'default', 'Knative-Serving-Revision': 'hello-00001' } }
const trace = '0af7651916cd43dd8448eb211c80319c'
const client = 'b7ad6b7169203331'

describe('a gateway tells', () => {
  let controller: FakeController
  let backend: FakeBackend
  let gateway: RunningGateway
  let receiver: SpanReceiver
  const agent = new Agent({ keepAlive: true })

  beforeEach(async () => {
    receiver = await SpanReceiver.start()
    controller = await new FakeController().open()
    backend = await new FakeBackend('one').open()
    controller.table = {
      ingresses: [
        routesOf('a.test', { paths: [{ splits: [split] }] }),
        routesOf('gone.test', { key: 'default/gone', paths: [{ splits: [{ ...split, backend: 'default/gone:80' }] }] })
      ],
      backends: [backendOf([backend.address]), backendOf(['127.0.0.1:1'], { key: 'default/gone:80' })]
    }
    gateway = await new RunningGateway(controller, { BACKEND_PATIENCE_MS: '0' }).start()
  })
  afterEach(async () => {
    agent.destroy()
    await gateway.stop()
    backend.kill()
    await controller.close()
    await receiver.close()
  })

  const ask = (host: string, headers: Record<string, string> = {}, path = '/'): Promise<number> =>
    new Promise((resolve, reject) => {
      const sent = httpRequest(
        { port: gateway.port('public'), host: '127.0.0.1', path, agent, headers: { Host: host, ...headers } },
        (response) => {
          response.resume()
          response.on('end', () => resolve(response.statusCode ?? 0))
        }
      )
      sent.on('error', reject)
      sent.end()
    })
  const traceTo = (endpoint: string): void =>
    gateway.observability.apply({ ...quietSettings, tracing: { protocol: 'grpc', endpoint, samplingRate: 1 } })

  it('of a request in spans, from the moment in which it is told to until it is told not to', async () => {
    await ask('a.test')
    traceTo(receiver.grpcEndpoint)
    expect(await ask('a.test', { traceparent: `00-${trace}-${client}-01`, tracestate: 'x=y' }, '/p?token=secret')).toBe(200)
    gateway.observability.apply(quietSettings)
    await ask('a.test')
    await eventually(() => receiver.spans.length >= 2, 'the spans')
    const [attempt, ingress] = receiver.spans as [ReceivedSpan, ReceivedSpan]
    expect(receiver.spans).toHaveLength(2)
    expect(ingress).toMatchObject({
      name: 'ingress',
      kind: 'server',
      traceId: trace,
      parentSpanId: client,
      traceState: 'x=y',
      attributes: {
        'url.path': '/p',
        'http.response.status_code': 200,
        'kn.ingress.name': 'hello',
        'k8s.namespace.name': 'default',
        'kn.revision.name': 'hello-00001'
      },
      resource: { 'service.name': 'gateway', 'k8s.pod.name': 'gateway-1' }
    })
    expect(attempt).toMatchObject({ name: 'HTTP GET', kind: 'client', traceId: trace, parentSpanId: ingress.spanId })
    expect(backend.seen.map(({ headers }) => headers['traceparent'])).toEqual([undefined, `00-${trace}-${attempt.spanId}-01`, undefined])
    expect(JSON.stringify(receiver.spans)).not.toContain('secret')
  })

  it('of attempts that failed in spans', async () => {
    traceTo(receiver.grpcEndpoint)
    expect(await ask('gone.test')).toBe(502)
    gateway.observability.apply(quietSettings)
    await eventually(() => receiver.spans.length >= 2, 'the spans')
    const refused = 'dial tcp 127.0.0.1:1: connect: connection refused'
    const attempts = receiver.spans.filter(({ kind }) => kind === 'client')
    expect(attempts.map(({ error, attributes }) => [error, attributes['error.type']])).toEqual(attempts.map(() => [refused, 'refused']))
    expect(receiver.spans.find(({ kind }) => kind === 'server')).toMatchObject({
      error: '',
      attributes: { 'http.response.status_code': 502, 'error.type': '502' }
    })
  })

  it('of all requests in metrics, those before the first scrape included', async () => {
    for (let count = 0; count < 3; count++) await ask('a.test')
    await ask('gone.test')
    await ask('unknown.test')
    await ask('a.test', { 'K-Network-Probe': 'probe' })
    const exposed = await (await gateway.metrics.load()).expose()
    const text = exposed.replaceAll(/,?otel_scope_name="knative-ts\/gateway"/g, '').replaceAll('{}', '')
    const counted = text.split('\n').filter((line) => line.startsWith('http_server_request_duration_seconds_count'))
    const labels =
      'http_request_method="GET",http_response_status_code="STATUS",network_protocol_name="http",network_protocol_version="1.1",url_scheme="http",kn_gateway_side="public"'
    const of = (status: number, more: string): string =>
      `http_server_request_duration_seconds_count{${labels.replace('STATUS', String(status))}${more}}`
    expect(counted).toEqual([
      `${of(200, ',kn_ingress_name="hello",k8s_namespace_name="default",kn_revision_name="hello-00001"')} 3`,
      `${of(502, ',kn_ingress_name="gone",k8s_namespace_name="default",kn_revision_name="hello-00001"')} 1`,
      `${of(404, '')} 1`
    ])
    for (const line of [
      'kn_gateway_request_failures_total{http_response_status_code="502"} 1',
      'kn_gateway_upstream_failures_total{error_type="refused",kn_upstream_phase="connect"} 1',
      'http_server_active_requests{kn_gateway_side="public"} 0',
      'kn_gateway_connections{kn_gateway_listener="public"} 1',
      'kn_gateway_messages_refused_total{kn_gateway_listener="public"} 0',
      'kn_gateway_upstream_connections{kn_connection_state="idle"} 1',
      'kn_gateway_upstream_secured_total 0',
      'kn_gateway_ingresses 2',
      'kn_gateway_routing_sequence 1',
      'kn_gateway_controller_connected 1',
      'kn_gateway_waiting_size_bytes 0'
    ]) {
      expect(text).toContain(`\n${line}\n`)
    }
  })

  it('of what it could not serve in its log, with route, revision, address and request, and not each time', async () => {
    for (let count = 0; count < 20; count++) await ask('gone.test', { 'X-Request-Id': `request-${count}` }, '/p?token=secret')
    const lines = gateway.log.lines.filter(({ level }) => level === 'warn')
    expect(lines).toHaveLength(5)
    expect(lines[0]).toEqual({
      level: 'warn',
      message: 'request refused: dial tcp 127.0.0.1:1: connect: connection refused',
      fields: expect.objectContaining({
        status: 502,
        key: 'default/gone',
        revision: 'default/hello-00001',
        backend: 'default/gone:80',
        upstream: '127.0.0.1:1',
        host: 'gone.test',
        path: '/p',
        requestId: 'request-0'
      })
    })
    expect(JSON.stringify(gateway.log.lines)).not.toContain('secret')
  })

  it('the app of each request by an id: its own, or a new one', async () => {
    await ask('a.test', { 'X-Request-Id': 'mine' })
    await ask('a.test')
    await ask('a.test')
    const [mine, second, third] = backend.seen.map(({ headers }) => headers['x-request-id'])
    expect(mine).toBe('mine')
    expect(second).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
    expect(third).not.toBe(second)
  })
})
