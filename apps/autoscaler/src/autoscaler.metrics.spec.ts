import { expect, it } from '@jest/globals'
import { serverlessServices, type ServerlessService } from '@knative-ts/api'
import { createMetrics } from '@knative-ts/telemetry/metrics'
import { deployment, eventually, fakeCluster, keptLog, pod, podAutoscaler, virtualClock } from '@knative-ts/testing'
import { stats } from '@knative-ts/wire'
import { exposeDecisions } from './autoscaler.metrics.ts'
import { createAutoscaler } from './autoscaler.ts'

const key = { namespace: 'default', name: 'hello-00001' }
const labels = { 'serving.knative.dev/revision': 'hello-00001' }
const owners = { 'serving.knative.dev/service': 'hello', 'serving.knative.dev/configuration': 'hello' }
const config = (name: string, data: Record<string, string>) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'knative-serving' },
  data
})

it('publishes what is decided about each revision under upstream’s names, with its Service and Configuration', async () => {
  const cluster = fakeCluster({
    objects: [
      podAutoscaler({ metadata: { labels: owners } }),
      deployment({ metadata: { name: 'hello-00001-deployment', labels }, spec: { replicas: 3 } }),
      config('config-deployment', { 'queue-sidecar-image': 'dev.local/queue' }),
      config('config-logging', { 'zap-logger-config': '{"level":"error"}' }),
      pod({ metadata: { name: 'one', namespace: 'default', labels }, status: { phase: 'Pending' } }),
      pod({
        metadata: { name: 'two', namespace: 'default', labels },
        status: { phase: 'Running', podIP: '10.0.0.1', conditions: [{ type: 'Ready', status: 'True' }] }
      })
    ]
  })
  const clock = virtualClock()
  const told: (string | undefined)[] = []
  const autoscaler = createAutoscaler({
    client: cluster.client,
    systemNamespace: 'knative-serving',
    ask: async () => stats.Stat.create({ podName: 'two', averageConcurrentRequests: 50, requestCount: 10 }),
    clock,
    log: keptLog() as never,
    observe: ({ logLevel }) => told.push(logLevel)
  })
  const metrics = createMetrics('autoscaler')
  exposeDecisions(autoscaler, metrics)
  const stop = new AbortController()
  await autoscaler.start(stop.signal)
  const leading = autoscaler.lead(stop.signal)
  const sks = await eventually(() => cluster.client.get<ServerlessService>(serverlessServices, key))
  const condition = (type: string) => ({ type, status: 'True' as const, lastTransitionTime: new Date(clock.now()).toISOString() })
  cluster.put<ServerlessService>({
    ...sks,
    status: {
      observedGeneration: sks.metadata.generation ?? 0,
      serviceName: 'hello-00001',
      privateServiceName: 'hello-00001-private',
      conditions: [condition('ActivatorEndpointsPopulated'), condition('EndpointsPopulated'), condition('Ready')]
    }
  })
  const revision = 'k8s_namespace_name="default",kn_revision_name="hello-00001",kn_service_name="hello",kn_configuration_name="hello"'
  const value = (text: string, metric: string): number => {
    const line = text.split('\n').find((each) => each.startsWith(`${metric}{${revision}`))
    return line === undefined ? Number.NaN : Number(line.split(' ').at(-1))
  }
  const text = await eventually(async () => {
    await clock.advance(1_000)
    const exposed = await metrics.expose()
    return value(exposed, 'kn_revision_concurrency_stable') > 0 && value(exposed, 'kn_autoscaler_scrape_duration_seconds_count') > 0
      ? exposed
      : undefined
  }, 'a measured load')
  stop.abort()
  await leading

  expect({
    count: value(text, 'kn_revision_pods_count'),
    notReady: value(text, 'kn_revision_pods_not_ready_count'),
    pending: value(text, 'kn_revision_pods_pending_count'),
    terminating: value(text, 'kn_revision_pods_terminating_count'),
    requested: value(text, 'kn_revision_pods_requested'),
    panic: value(text, 'kn_revision_panic_mode'),
    target: value(text, 'kn_revision_concurrency_target')
  }).toEqual({ count: 1, notReady: 1, pending: 1, terminating: 0, requested: expect.any(Number), panic: 0, target: 70 })
  expect(value(text, 'kn_revision_pods_desired')).toBeGreaterThanOrEqual(1)
  expect(value(text, 'kn_revision_concurrency_stable')).toBeCloseTo(50, 0)
  expect(value(text, 'kn_revision_capacity_excess')).not.toBeNaN()
  expect(text).not.toMatch(/^kn_revision_rps_stable/m)
  expect(told.at(-1)).toBe('error')
  expect(autoscaler.describe({ ...key, name: 'other' })).toEqual({ service: undefined, configuration: undefined, requested: undefined })
})
