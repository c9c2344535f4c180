/** What an activator tells of its requests: spans, metrics, request log, and lines about what it could not serve. */
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals'
import { Observability } from '@knative-ts/host'
import type { Log } from '@knative-ts/telemetry/logger'
import { prometheusText } from '@knative-ts/telemetry/requests/prometheus-text'
import { quietSettings } from '@knative-ts/telemetry/settings'
import { eventually, keptLog } from '@knative-ts/testing'
import { type ReceivedSpan, SpanReceiver } from '@knative-ts/testing/span-receiver'
import { activatorEnvironment } from '../activator.config.ts'
import { Rig, revisionHeaders } from '../testing/rig.ts'
import { activatorTelemetry, type ActivatorTelemetry } from './activator-telemetry.ts'

const trace = '0af7651916cd43dd8448eb211c80319c'
const client = 'b7ad6b7169203331'
const headers = { ...revisionHeaders, traceparent: `00-${trace}-${client}-01` }

describe('an activator tells', () => {
  let receiver: SpanReceiver
  let observability: Observability
  let log: ReturnType<typeof keptLog>
  let telemetry: ActivatorTelemetry
  let rig: Rig

  beforeEach(async () => {
    receiver = await SpanReceiver.start()
    observability = new Observability()
    log = keptLog()
    const environment = activatorEnvironment.parse({ POD_NAME: 'activator-1', POD_IP: '127.0.0.1' })
    telemetry = activatorTelemetry(environment, log as unknown as Log, observability)
    await telemetry.part.start?.()
    const holding = { revisionRequests: 1 }
    rig = await Rig.start({ containerConcurrency: 1 }, { telemetry, holding })
  })
  afterEach(async () => {
    await rig.close()
    await telemetry.part.stop?.()
    await receiver.close()
  })

  const traceAll = (): void =>
    observability.apply({ ...quietSettings, tracing: { protocol: 'http/protobuf', endpoint: receiver.httpEndpoint, samplingRate: 1 } })
  /** All spans, once those of these requests have been sent. */
  const spans = async (count: number): Promise<readonly ReceivedSpan[]> => {
    observability.apply(quietSettings)
    await eventually(() => receiver.spans.length >= count, `${count} spans`)
    return receiver.spans
  }
  const named = (all: readonly ReceivedSpan[], name: string): ReceivedSpan => {
    const found = all.find((span) => span.name === name)
    if (found === undefined) throw new Error(`no span ${name} among ${all.map((span) => span.name).join(', ')}`)
    return found
  }

  it('of a request that was held in spans: waiting, and sending', async () => {
    traceAll()
    const waiting = rig.ask({ headers, path: '/p?token=secret' })
    await eventually(() => rig.throttler.waiting === 1, 'the request to wait')
    const pod = await rig.pod('hello-1')
    expect(await waiting).toMatchObject({ status: 200 })
    const all = await spans(4)
    const request = named(all, 'GET')
    expect(request).toMatchObject({
      kind: 'server',
      traceId: trace,
      parentSpanId: client,
      attributes: { 'kn.revision.name': 'hello-00001', 'k8s.namespace.name': 'default', 'http.response.status_code': 200 },
      resource: { 'service.name': 'activator', 'k8s.pod.name': 'activator-1' }
    })
    const tried = named(all, 'throttler_try')
    const proxied = named(all, 'activator_proxy')
    const sent = named(all, 'GET /p')
    expect([tried, proxied, sent].map(({ parentSpanId }) => parentSpanId)).toEqual([request.spanId, request.spanId, proxied.spanId])
    expect(tried.endMs).toBeLessThanOrEqual(proxied.startMs)
    expect(pod.seen[0]?.headers['traceparent']).toBe(`00-${trace}-${sent.spanId}-01`)
    expect(all).toHaveLength(4)
    expect(JSON.stringify(all)).not.toContain('secret')
  })

  it('of a request that it refused, in spans, metrics and a line with the revision', async () => {
    traceAll()
    const waiting = rig.ask()
    await eventually(() => rig.throttler.waiting === 1, 'the first to wait')
    expect(await rig.ask({ headers: { ...headers, 'X-Request-Id': 'mine' } })).toMatchObject({ status: 503 })
    await rig.pod('hello-1')
    await waiting
    const all = (await spans(6)).filter(({ traceId }) => traceId === trace)
    expect(named(all, 'GET')).toMatchObject({ error: '', attributes: { 'http.response.status_code': 503, 'error.type': '503' } })
    expect(named(all, 'throttler_try')).toMatchObject({ error: 'no place at a pod' })
    expect(log.lines).toContainEqual({
      level: 'warn',
      message: 'request refused: pending request queue full',
      fields: expect.objectContaining({ key: 'default/hello-00001', status: 503, requestId: 'mine' })
    })
    const text = prometheusText(telemetry.measured())
    expect(text).toContain('kn_activator_request_failures_total{http_response_status_code="503"} 1\n')
    expect(text).toMatch(
      /^http_server_request_duration_seconds_count\{.*http_response_status_code="503".*kn_revision_name="hello-00001",k8s_namespace_name="default"\} 1$/m
    )
  })

  it('of pods that cannot be reached, in spans and metrics', async () => {
    const pod = await rig.pod('hello-1')
    await rig.serving(pod)
    pod.kill()
    traceAll()
    const asked = rig.ask({ headers })
    await eventually(
      () => prometheusText(telemetry.measured()).includes('kn_activator_upstream_failures_total{'),
      'the failure to be counted'
    )
    await pod.open()
    expect(await asked).toMatchObject({ status: 200 })
    const all = await spans(7)
    const attempts = all.filter(({ kind }) => kind === 'client')
    expect(attempts.some(({ error }) => error?.includes('connection refused'))).toBe(true)
    expect(attempts.at(-1)?.error).toBeUndefined()
    expect(named(all, 'GET').error).toBeUndefined()
  })

  it('of requests in lines, while the configuration says so', async () => {
    const written: string[] = []
    const write = jest.spyOn(process.stdout, 'write').mockImplementation((line) => written.push(String(line)) > 0)
    try {
      const pod = await rig.pod('hello-1')
      await rig.serving(pod)
      await rig.ask({ path: '/before' })
      const template = '{{.Request.RequestURI}} {{.Response.Code}} {{.Revision.Namespace}}/{{.Revision.Name}}'
      observability.apply({ ...quietSettings, enableRequestLog: true, requestLogTemplate: template })
      await rig.ask({ path: '/logged' })
      observability.apply(quietSettings)
      await rig.ask({ path: '/after' })
    } finally {
      write.mockRestore()
    }
    expect(written.filter((line) => line.includes('default/hello-00001'))).toEqual(['/logged 200 default/hello-00001\n'])
  })
})
