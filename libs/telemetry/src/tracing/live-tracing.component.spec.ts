import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { eventually, keptLog } from '@knative-ts/testing'
import { SpanReceiver } from '@knative-ts/testing/span-receiver'
import type { Log } from '../logger.ts'
import { LiveTracing } from './live-tracing.ts'
import { RecordedSpan } from './recorded-span.ts'

const request = { traceparent: undefined, tracestate: undefined, startedAt: 0 }

describe('live tracing', () => {
  let receiver: SpanReceiver
  let log: ReturnType<typeof keptLog>
  let tracing: LiveTracing

  beforeEach(async () => {
    receiver = await SpanReceiver.start()
    log = keptLog()
    tracing = new LiveTracing({
      resource: { 'service.name': 'test', 'k8s.pod.name': 'test-1' },
      requestName: (method) => method,
      attemptName: (method) => `HTTP ${method}`,
      log: Promise.resolve(log as unknown as Log)
    })
  })
  afterEach(async () => {
    await tracing.close()
    await receiver.close()
  })

  function record(): RecordedSpan {
    const span = tracing.tracer?.begin({ ...request, startedAt: performance.now() }, 'GET')
    if (!(span instanceof RecordedSpan)) throw new Error('nothing is recorded')
    const attempt = span.attempt('GET', '/', '10.0.0.1:80')
    attempt.set('http.response.status_code', 502)
    attempt.fail('refused', 'connection refused')
    attempt.end()
    span.end()
    return span
  }

  it.each(['http/protobuf', 'grpc'] as const)('sends spans by %s', async (protocol) => {
    tracing.turn({ protocol, endpoint: protocol === 'grpc' ? receiver.grpcEndpoint : receiver.httpEndpoint, samplingRate: 1 })
    const before = Date.now()
    const span = record()
    await tracing.close()
    const [attempt, whole] = receiver.spans
    expect(receiver.spans).toHaveLength(2)
    expect(whole).toMatchObject({
      name: 'GET',
      kind: 'server',
      traceId: span.place.traceId,
      spanId: span.spanId,
      parentSpanId: '',
      error: undefined,
      resource: { 'service.name': 'test', 'k8s.pod.name': 'test-1' }
    })
    expect(attempt).toMatchObject({
      name: 'HTTP GET',
      kind: 'client',
      parentSpanId: span.spanId,
      attributes: { 'http.response.status_code': 502, 'error.type': 'refused', 'server.address': '10.0.0.1' },
      error: 'connection refused'
    })
    expect(Math.abs((whole?.startMs ?? 0) - before)).toBeLessThan(10_000)
    expect(attempt?.startMs).toBeGreaterThanOrEqual(whole?.startMs ?? Infinity)
    expect(attempt?.endMs).toBeLessThanOrEqual(whole?.endMs ?? 0)
    expect(whole?.endMs).toBeGreaterThanOrEqual(whole?.startMs ?? Infinity)
    if (protocol === 'http/protobuf') expect(receiver.posts).toEqual(['/v1/traces application/x-protobuf'])
  })

  it('records nothing at protocol none, and at rate 0', () => {
    expect(tracing.tracer).toBeUndefined()
    tracing.turn({ protocol: 'none', endpoint: '', samplingRate: 1 })
    expect(tracing.tracer).toBeUndefined()
    tracing.turn({ protocol: 'http/protobuf', endpoint: receiver.httpEndpoint, samplingRate: 0 })
    expect(tracing.tracer).toBeUndefined()
  })

  it('sends what was recorded under settings where those said, and what follows elsewhere', async () => {
    const other = await SpanReceiver.start()
    try {
      tracing.turn({ protocol: 'http/protobuf', endpoint: receiver.httpEndpoint, samplingRate: 1 })
      const first = record()
      tracing.turn({ protocol: 'grpc', endpoint: other.grpcEndpoint, samplingRate: 1 })
      const second = record()
      await tracing.close()
      expect(receiver.spans.map(({ traceId }) => traceId)).toEqual([first.place.traceId, first.place.traceId])
      expect(other.spans.map(({ traceId }) => traceId)).toEqual([second.place.traceId, second.place.traceId])
    } finally {
      await other.close()
    }
  })

  it('says so when the collector does not take them', async () => {
    receiver.status = 400
    tracing.turn({ protocol: 'http/protobuf', endpoint: receiver.httpEndpoint, samplingRate: 1 })
    record()
    await tracing.close()
    expect(log.lines).toContainEqual(
      expect.objectContaining({
        level: 'warn',
        message: 'spans cannot be sent and are lost',
        fields: expect.objectContaining({ spans: 2 })
      })
    )
  })

  it('records nothing, and says why, when the endpoint is no address', async () => {
    tracing.turn({ protocol: 'grpc', endpoint: 'http://[', samplingRate: 1 })
    await eventually(() => tracing.tracer === undefined, 'the tracer to go')
    expect(log.lines).toMatchObject([{ level: 'error', fields: { endpoint: 'http://[' } }])
  })
})
