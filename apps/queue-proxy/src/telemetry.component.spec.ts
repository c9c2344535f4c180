/** What a queue-proxy process tells a collector of its requests, and its log of what it could not serve. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { type ReceivedSpan, SpanReceiver } from '@knative-ts/testing/span-receiver'
import { freePorts } from '@knative-ts/testing'
import { ask } from './testing/ask.ts'
import { type Built, buildQueueProxy } from './testing/bundle.ts'
import { type SidecarProcess, startSidecar } from './testing/sidecar-process.ts'
import { until } from './testing/until.ts'
import { UserApp } from './testing/user-app.ts'

const trace = '0af7651916cd43dd8448eb211c80319c'
const caller = 'b7ad6b7169203331'
const patienceMs = 30_000

describe('a queue-proxy process tells', () => {
  let built: Built
  let app: UserApp
  let receiver: SpanReceiver
  const running: SidecarProcess[] = []

  beforeAll(async () => {
    built = await buildQueueProxy()
  }, 120_000)
  afterAll(() => built.remove())
  beforeEach(async () => {
    app = await UserApp.start()
    receiver = await SpanReceiver.start()
  })
  afterEach(async () => {
    await Promise.all(running.splice(0).map((sidecar) => sidecar.stop()))
    await app.close()
    await receiver.close()
  })

  const start = async (config: object, variables: Record<string, string> = {}): Promise<SidecarProcess> => {
    const quick = { OTEL_BSP_SCHEDULE_DELAY: '100', OTEL_METRIC_EXPORT_INTERVAL: '200' }
    const sidecar = await startSidecar(built.main, app.port, { OBSERVABILITY_CONFIG: JSON.stringify(config), ...quick, ...variables })
    running.push(sidecar)
    return sidecar
  }
  const spans = async (count: number): Promise<readonly ReceivedSpan[]> => {
    await until(() => receiver.spans.length >= count, `${count} spans`, patienceMs)
    return receiver.spans
  }
  const named = (name: string): ReceivedSpan | undefined => receiver.spans.find((span) => span.name === name)

  it.each(['http/protobuf', 'grpc'] as const)(
    'of a request in spans by %s, the one that came before the exporter was there included',
    async (protocol) => {
      const endpoint = protocol === 'grpc' ? receiver.grpcEndpoint : receiver.httpEndpoint
      const { port } = await start({ tracing: { protocol, endpoint, samplingRate: 0.000_001 } }, { CONTAINER_CONCURRENCY: '1' })
      const headers = { traceparent: `00-${trace}-${caller}-01`, 'Knative-Serving-Tag': 'blue' }
      expect((await ask(port, '/p?token=secret', { headers })).text).toBe('hello')
      await spans(4)
      const [request, proxy, wait, sent] = ['GET', 'kn.queueproxy.proxy', 'kn.queueproxy.wait', 'HTTP GET'].map(named)
      expect(request).toMatchObject({
        kind: 'server',
        traceId: trace,
        parentSpanId: caller,
        attributes: { 'url.path': '/p', 'http.response.status_code': 200, 'kn.route.tag': 'blue' },
        resource: { 'service.name': 'hello', 'kn.revision.name': 'hello-00001', 'k8s.pod.name': 'hello-00001-pod' }
      })
      expect([proxy, wait, sent].map((span) => span?.parentSpanId)).toEqual([request?.spanId, proxy?.spanId, proxy?.spanId])
      expect(app.seen[0]?.headers['traceparent']).toBe(`00-${trace}-${sent?.spanId}-01`)
      expect(JSON.stringify(receiver.spans)).not.toContain('secret')
    },
    60_000
  )

  it('of a stream, a refusal and a dead app in spans', async () => {
    const tracing = { protocol: 'http/protobuf', endpoint: receiver.httpEndpoint, samplingRate: 1 }
    const { port } = await start({ tracing }, { REVISION_IDLE_TIMEOUT_SECONDS: '1' })
    // Ended by the idle timeout: a stream that has no announced length ends properly.
    await ask(port, '/drip')
    await app.close()
    expect((await ask(port, '/')).status).toBe(502)
    await until(() => receiver.spans.filter(({ name }) => name === 'GET').length === 2, 'two requests', patienceMs)
    const [stream, dead] = receiver.spans.filter(({ name }) => name === 'GET')
    expect(stream).toMatchObject({ error: '', attributes: { 'http.response.status_code': 200, 'error.type': 'expired' } })
    expect((stream?.endMs ?? 0) - (stream?.startMs ?? 0)).toBeGreaterThan(900)
    expect(dead).toMatchObject({ error: '', attributes: { 'http.response.status_code': 502 } })
    const attempt = receiver.spans.find(({ kind, traceId }) => kind === 'client' && traceId === dead?.traceId)
    expect(attempt).toMatchObject({ attributes: { 'error.type': 'refused' }, error: expect.stringContaining('connection refused') })
  }, 60_000)

  it('of what it could not serve in its log, with the revision and the request, and not each time', async () => {
    const sidecar = await start({})
    await app.close()
    for (let count = 0; count < 20; count++) await ask(sidecar.port, '/p?token=secret', { headers: { 'X-Request-Id': `request-${count}` } })
    const lines = (): object[] =>
      sidecar
        .output()
        .split('\n')
        .filter((line) => line.includes('request refused'))
        .map((line) => JSON.parse(line) as object)
    await until(() => lines().length >= 5, 'the lines', patienceMs)
    expect(lines()).toHaveLength(5)
    expect(lines()[0]).toMatchObject({
      severity: 'warn',
      key: 'default/hello-00001',
      pod: 'hello-00001-pod',
      status: 502,
      path: '/p',
      requestId: 'request-0',
      message: expect.stringContaining('connection refused')
    })
    expect(sidecar.output()).not.toContain('secret')
  }, 60_000)

  it('of its requests in metrics, to a collector', async () => {
    const requestMetrics = { protocol: 'http/protobuf', endpoint: `${receiver.httpEndpoint}/v1/metrics` }
    const { port, metricsPort } = await start({ requestMetrics })
    await ask(port, '/')
    await until(() => receiver.posts.filter((post) => post.startsWith('/v1/metrics ')).length >= 2, 'metrics to be sent', patienceMs)
    for (const name of ['kn.serving.invocation.duration', 'kn.serving.queue.depth', 'http.server.request.duration', 'hello-00001']) {
      expect(receiver.bodies.some((body) => body.includes(name))).toBe(true)
    }
    // Nobody scrapes it.
    await expect(ask(metricsPort, '/metrics')).rejects.toThrow('ECONNREFUSED')
  }, 60_000)

  it('where its time goes, in profiles, only where they are asked for', async () => {
    const [profilingPort, other] = (await freePorts(2)) as [number, number]
    await start({ runtime: { profiling: 'enabled' } }, { QUEUE_PROFILING_PORT: String(profilingPort) })
    const usage = async (): Promise<string> => (await ask(profilingPort, '/debug/pprof/').catch(() => ({ text: '' }))).text
    let told = ''
    await until(
      () => {
        void usage().then((text) => (told = text))
        return told !== ''
      },
      'profiles to be served',
      patienceMs
    )
    expect(told).toContain('/debug/pprof/profile')
    const profile = await ask(profilingPort, '/debug/pprof/profile?seconds=0.2&format=v8')
    expect([profile.status, Object.keys(JSON.parse(profile.text) as object)]).toEqual([200, expect.arrayContaining(['nodes', 'samples'])])
    const quiet = await start({ runtime: { profiling: 'disabled' } }, { QUEUE_PROFILING_PORT: String(other) })
    expect((await ask(quiet.port, '/')).status).toBe(200)
    await expect(ask(other, '/debug/pprof/')).rejects.toThrow('ECONNREFUSED')
  }, 60_000)

  it('nothing, and does not start, where the configuration says what it does not know', async () => {
    const sidecar = await startSidecar(built.main, app.port, { OBSERVABILITY_CONFIG: '{"tracing":{"protocol":"zipkin"}}' })
    expect(sidecar.exit()).toBe(1)
    expect(sidecar.output()).toContain(
      'variable OBSERVABILITY_CONFIG: tracing.protocol is "zipkin": want one of none, stdout, http/protobuf, grpc'
    )
  }, 60_000)
})
