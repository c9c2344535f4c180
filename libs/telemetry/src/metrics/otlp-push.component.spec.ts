import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { eventually, keptLog } from '@knative-ts/testing'
import { MetricReceiver } from '@knative-ts/testing/metric-receiver'
import type { Log } from '../logger.ts'
import { createMetrics } from './metrics.ts'
import { startOtlpPush } from './otlp-push.ts'

describe('metrics by OTLP', () => {
  let receiver: MetricReceiver
  beforeEach(async () => {
    receiver = await MetricReceiver.start()
  })
  afterEach(() => receiver.close())

  const metrics = () => {
    const made = createMetrics('autoscaler', { 'k8s.pod.name': 'autoscaler-1' })
    made.meter.createHistogram('kn.autoscaler.scrape.duration', { unit: 's' }).record(0.2, { 'kn.revision.name': 'hello-00001' })
    made.meter.createCounter('kn.counted').add(3)
    return made
  }

  it.each([
    ['http/protobuf', 'http', '/v1/metrics'],
    ['grpc', 'grpc', '/opentelemetry.proto.collector.metrics.v1.MetricsService/Export']
  ] as const)('go to the collector by %s at each interval, with their resource', async (protocol, by, path) => {
    const log = keptLog()
    const endpoint = protocol === 'grpc' ? receiver.grpcEndpoint : receiver.httpEndpoint
    const push = await startOtlpPush(metrics(), { protocol, endpoint, exportIntervalMs: 50 }, log as unknown as Log)
    await eventually(() => receiver.exports.length >= 2, 'two exports')
    await push.stop()
    const [first] = receiver.exports
    expect(first).toMatchObject({ by, path })
    expect(first?.points).toEqual(
      expect.arrayContaining([
        {
          metric: 'kn.autoscaler.scrape.duration',
          unit: 's',
          kind: 'histogram',
          attributes: { 'kn.revision.name': 'hello-00001' },
          value: 1,
          resource: { 'service.name': 'autoscaler', 'k8s.pod.name': 'autoscaler-1' }
        },
        expect.objectContaining({ metric: 'kn.counted', kind: 'sum', value: 3 })
      ])
    )
    const sent = receiver.exports.length
    await new Promise((resolve) => setImmediate(resolve))
    expect(receiver.exports.length).toBe(sent)
  })

  it('send what is there when they stop, before the first interval is over', async () => {
    const settings = { protocol: 'http/protobuf', endpoint: receiver.httpEndpoint, exportIntervalMs: 3_600_000 } as const
    const push = await startOtlpPush(metrics(), settings, keptLog() as unknown as Log)
    await push.stop()
    expect(receiver.exports).toHaveLength(1)
  })

  it('that a collector refuses are told once, and once more when it takes them again', async () => {
    receiver.status = 400
    const log = keptLog()
    const settings = { protocol: 'http/protobuf', endpoint: receiver.httpEndpoint, exportIntervalMs: 30 } as const
    const push = await startOtlpPush(metrics(), settings, log as unknown as Log)
    await eventually(() => log.lines.length > 0, 'a warning')
    receiver.status = 200
    await eventually(() => receiver.exports.length > 1, 'exports')
    await push.stop()
    expect(log.lines.map(({ level, message }) => [level, message])).toEqual([
      ['warn', 'metrics cannot be sent; trying again at each interval'],
      ['info', 'metrics are sent again']
    ])
  })

  it('cannot go to what is no address, and the error names the key', async () => {
    const settings = { protocol: 'grpc', endpoint: 'http://', exportIntervalMs: 0 } as const
    await expect(startOtlpPush(metrics(), settings, keptLog() as unknown as Log)).rejects.toThrow(
      'metrics-endpoint: "http://" is not an address'
    )
  })
})
