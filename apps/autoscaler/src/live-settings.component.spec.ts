/** Keys of config-autoscaler are followed while the autoscaler runs, and what was decided before a restart stands. */
import { afterEach, describe, expect, it } from '@jest/globals'
import { metrics, podAutoscalers, serverlessServices, type Metric, type PodAutoscaler, type ServerlessService } from '@knative-ts/api'
import { configMaps, deployments, type ConfigMap, type Deployment } from '@knative-ts/api/kubernetes'
import {
  deployment,
  eventually,
  fakeCluster,
  keptLog,
  pod,
  podAutoscaler,
  virtualClock,
  type FakeCluster,
  type VirtualClock
} from '@knative-ts/testing'
import { stats } from '@knative-ts/wire'
import { createAutoscaler, type Autoscaler } from './autoscaler.ts'

const system = 'knative-serving'
const key = { namespace: 'default', name: 'hello-00001' }
const labels = { 'serving.knative.dev/revision': 'hello-00001' }
const target = { ...key, name: 'hello-00001-deployment' }
const config = (name: string, data: Record<string, string>): ConfigMap => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: system },
  data
})

const stops: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop()
})

interface World {
  readonly cluster: FakeCluster
  readonly clock: VirtualClock
  readonly autoscaler: Autoscaler
  stop(): Promise<void>
}

async function start(cluster: FakeCluster, clock: VirtualClock, averageConcurrentRequests = 0): Promise<World> {
  const stop = new AbortController()
  const ask = async () => ({ ...stats.Stat.create(), averageConcurrentRequests })
  const autoscaler = createAutoscaler({ client: cluster.client, systemNamespace: system, ask, clock, log: keptLog() as never })
  await autoscaler.start(stop.signal)
  const leading = autoscaler.lead(stop.signal)
  const end = async (): Promise<void> => {
    stop.abort()
    await leading
  }
  stops.push(end)
  return { cluster, clock, autoscaler, stop: end }
}

/** A revision with this many pods that are ready, of a PodAutoscaler with these annotations. */
function clusterOf(count: number, annotations: Record<string, string> = {}): FakeCluster {
  const given = Object.fromEntries(Object.entries(annotations).map(([name, value]) => [`autoscaling.knative.dev/${name}`, value]))
  return fakeCluster({
    objects: [
      podAutoscaler({ metadata: { annotations: given, labels } }),
      deployment({ metadata: { name: target.name, labels }, spec: { replicas: count } }),
      config('config-autoscaler', {}),
      config('config-deployment', { 'queue-sidecar-image': 'dev.local/queue' }),
      ...Array.from({ length: count }, (_, index) =>
        pod({
          metadata: { name: `pod-${index}`, namespace: 'default', labels },
          status: { phase: 'Running', podIP: `10.0.0.${index}`, conditions: [{ type: 'Ready', status: 'True' }] }
        })
      )
    ]
  })
}

const sksOf = (cluster: FakeCluster): ServerlessService => cluster.find(serverlessServices, key) as ServerlessService
const replicasOf = (cluster: FakeCluster): number | undefined => cluster.find<Deployment>(deployments, target)?.spec?.replicas

/** What the controller does with a ServerlessService. */
async function serve({ cluster, clock }: World): Promise<void> {
  const sks = await eventually(() => cluster.find(serverlessServices, key))
  const condition = (type: string) => ({ type, status: 'True' as const, lastTransitionTime: new Date(clock.now()).toISOString() })
  cluster.put<ServerlessService>({
    ...sks,
    status: {
      observedGeneration: 1,
      serviceName: 'hello-00001',
      privateServiceName: 'hello-00001-private',
      conditions: [condition('Ready')]
    }
  })
  await eventually(() => cluster.find(metrics, key))
}

interface Row {
  readonly data: Record<string, string>
  readonly annotations?: Record<string, string>
  readonly seen: (world: World) => unknown
  readonly from: unknown
  readonly to: unknown
}

const specOf = ({ autoscaler }: World) => [...autoscaler.deciders.all()][0]?.decider.spec
const scalingOf = (world: World) => specOf(world)?.scaling
const metricOf = ({ cluster }: World): Metric['spec'] | undefined => cluster.find<Metric>(metrics, key)?.spec

const rows: Readonly<Record<string, Row>> = {
  'container-concurrency-target-default': {
    data: { 'container-concurrency-target-default': '50' },
    seen: (w) => scalingOf(w)?.total,
    from: 100,
    to: 50
  },
  'container-concurrency-target-percentage': {
    data: { 'container-concurrency-target-percentage': '0.5' },
    seen: (w) => scalingOf(w)?.target,
    from: 70,
    to: 50
  },
  'requests-per-second-target-default': {
    data: { 'requests-per-second-target-default': '50' },
    annotations: { metric: 'rps' },
    seen: (w) => scalingOf(w)?.total,
    from: 200,
    to: 50
  },
  'target-burst-capacity': {
    data: { 'target-burst-capacity': '-1' },
    seen: (w) => metricOf(w)?.scrapeTarget,
    from: 'hello-00001-private',
    to: ''
  },
  'stable-window': { data: { 'stable-window': '20s' }, seen: (w) => metricOf(w)?.stableWindow, from: 60e9, to: 20e9 },
  'panic-window-percentage': { data: { 'panic-window-percentage': '50' }, seen: (w) => metricOf(w)?.panicWindow, from: 6e9, to: 30e9 },
  'panic-threshold-percentage': {
    data: { 'panic-threshold-percentage': '300' },
    seen: (w) => scalingOf(w)?.panicThreshold,
    from: 2,
    to: 3
  },
  'max-scale-up-rate': { data: { 'max-scale-up-rate': '2' }, seen: (w) => scalingOf(w)?.maxUpRate, from: 1000, to: 2 },
  'max-scale-down-rate': { data: { 'max-scale-down-rate': '3' }, seen: (w) => scalingOf(w)?.maxDownRate, from: 2, to: 3 },
  'scale-down-delay': { data: { 'scale-down-delay': '30s' }, seen: (w) => specOf(w)?.scaleDownDelayMs, from: 0, to: 30_000 },
  'initial-scale': { data: { 'initial-scale': '4' }, seen: (w) => specOf(w)?.initialScale, from: 1, to: 4 },
  'allow-zero-initial-scale': {
    data: { 'allow-zero-initial-scale': 'true' },
    annotations: { 'initial-scale': '0' },
    seen: (w) => specOf(w)?.initialScale,
    from: 1,
    to: 0
  },
  'activator-capacity': { data: { 'activator-capacity': '10' }, seen: (w) => sksOf(w.cluster).spec.numActivators, from: 4, to: 32 },
  'min-scale': { data: { 'min-scale': '3' }, seen: (w) => replicasOf(w.cluster), from: 1, to: 3 }
}

describe('a change of config-autoscaler', () => {
  it.each(Object.entries(rows))('is followed at once: %s', async (_name, { data, annotations, seen, from, to }) => {
    const world = await start(clusterOf(1, annotations), virtualClock())
    await serve(world)
    await world.clock.advance(4_000)
    await eventually(() => JSON.stringify(seen(world)) === JSON.stringify(from))
    await world.cluster.client.patch(configMaps, { namespace: system, name: 'config-autoscaler' }, { type: 'merge', body: { data } })
    await eventually(() => JSON.stringify(seen(world)) === JSON.stringify(to))
    expect(seen(world)).toEqual(to)
  })

  it('bounds what is asked for: max-scale', async () => {
    const world = await start(clusterOf(1), virtualClock(), 700)
    await serve(world)
    await world.clock.advance(4_000)
    await eventually(() => replicasOf(world.cluster) === 10)
    const data = { 'max-scale': '4' }
    await world.cluster.client.patch(configMaps, { namespace: system, name: 'config-autoscaler' }, { type: 'merge', body: { data } })
    await eventually(() => replicasOf(world.cluster) === 4)
    expect(replicasOf(world.cluster)).toBe(4)
  })

  it('keeps the last pod from now on: enable-scale-to-zero', async () => {
    const world = await start(clusterOf(1), virtualClock())
    await serve(world)
    const data = { 'enable-scale-to-zero': 'false' }
    await world.cluster.client.patch(configMaps, { namespace: system, name: 'config-autoscaler' }, { type: 'merge', body: { data } })
    for (let minute = 0; minute < 4; minute++) await world.clock.advance(60_000)
    const { status } = world.cluster.find<PodAutoscaler>(podAutoscalers, key) as PodAutoscaler
    expect([replicasOf(world.cluster), status?.desiredScale, status?.conditions?.find(({ type }) => type === 'Active')?.status]).toEqual([
      1,
      1,
      'True'
    ])
  })
})

describe('a restart', () => {
  it('leaves pods and request path as they are for a stable window, though no load is seen', async () => {
    const cluster = clusterOf(6, { 'target-burst-capacity': '0' })
    const clock = virtualClock()
    // Six pods' worth of load.
    const before = await start(cluster, clock, 70)
    await serve(before)
    await clock.advance(4_000)
    const isTrue = (type: string): boolean =>
      cluster.find<PodAutoscaler>(podAutoscalers, key)?.status?.conditions?.some((one) => one.type === type && one.status === 'True') ??
      false
    await eventually(() => isTrue('Active') && isTrue('ScaleTargetInitialized'))
    await eventually(() => sksOf(cluster).spec.mode === 'Serve')
    await before.stop()
    // Two more were asked for in the last moment.
    cluster.put<Deployment>({ ...(cluster.find(deployments, target) as Deployment), spec: { replicas: 8 } as never })
    cluster.forgetWrites()
    await start(cluster, clock, 0)
    for (let second = 0; second < 58; second += 2) {
      await clock.advance(2_000)
      expect([second, replicasOf(cluster), sksOf(cluster).spec.mode]).toEqual([second, 8, 'Serve'])
    }
    expect(cluster.writes.filter(({ resource }) => resource.plural === 'serverlessservices')).toEqual([])
    await clock.advance(10_000)
    await eventually(() => (replicasOf(cluster) ?? 8) < 8)
  })
})
