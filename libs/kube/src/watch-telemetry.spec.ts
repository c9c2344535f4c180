import { describe, expect, it } from '@jest/globals'
import { configMap, fakeCluster, keptLog, settle } from '@knative-ts/testing'
import { createInformerFactory } from './informer-factory.ts'
import { watchTelemetry, type TelemetryConfig } from './watch-telemetry.ts'

const map = (name: string, data: Record<string, string>) => configMap({ metadata: { name, namespace: 'system' }, data })

async function follow(...maps: ReturnType<typeof map>[]) {
  const cluster = fakeCluster({ objects: maps })
  const log = keptLog()
  const factory = createInformerFactory(cluster.client, { log })
  const told: TelemetryConfig[] = []
  watchTelemetry({ factory, namespace: 'system', component: 'autoscaler', apply: (config) => told.push(config), log })
  await factory.start(new AbortController().signal)
  await settle()
  return { cluster, log, told }
}

describe('the telemetry of a component', () => {
  it('is quiet, at the level of the start, where there are no ConfigMaps', async () => {
    const { told } = await follow()
    expect(told).toHaveLength(1)
    expect(told[0]).toMatchObject({ logLevel: undefined, metrics: { protocol: 'none' }, runtime: { profiling: false } })
  })

  it('takes its own level before the one of all, and follows both ConfigMaps', async () => {
    const { cluster, told } = await follow(
      map('config-logging', { 'zap-logger-config': '{"level":"warn"}', 'loglevel.controller': 'debug' }),
      map('config-observability', { 'metrics-protocol': 'grpc', 'metrics-endpoint': 'http://collector:4317' })
    )
    expect(told.at(-1)).toMatchObject({ logLevel: 'warn', metrics: { protocol: 'grpc', endpoint: 'http://collector:4317' } })
    cluster.put(map('config-logging', { 'zap-logger-config': '{"level":"warn"}', 'loglevel.autoscaler': 'debug' }))
    await settle()
    expect(told.at(-1)?.logLevel).toBe('debug')
    cluster.put(map('config-observability', { 'runtime-profiling': 'enabled' }))
    await settle()
    expect(told.at(-1)).toMatchObject({ logLevel: 'debug', metrics: { protocol: 'none' }, runtime: { profiling: true } })
  })

  it('stays what it was through a value that cannot be read', async () => {
    const { cluster, told, log } = await follow(map('config-observability', { 'runtime-profiling': 'enabled' }))
    cluster.put(map('config-observability', { 'runtime-profiling': 'perhaps' }))
    await settle()
    expect(told).toHaveLength(1)
    expect(log.lines).toMatchObject([{ level: 'error', message: 'bad configuration, the last good one stays' }])
  })
})
