/** The whole autoscaler over a fake cluster and a virtual clock: from zero, up, and back to zero. */
import { afterEach, beforeEach, expect, it } from '@jest/globals'
import { podAutoscalers, serverlessServices, type PodAutoscaler, type ServerlessService } from '@knative-ts/api'
import { deployments, pods, type Deployment, type Pod } from '@knative-ts/api/kubernetes'
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
import { createAutoscaler, type Autoscaler } from './autoscaler.ts'
import { stats } from '@knative-ts/wire'

const key = { namespace: 'default', name: 'hello-00001' }
const labels = { 'serving.knative.dev/revision': 'hello-00001' }
const config = (name: string, data: Record<string, string>) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'knative-serving' },
  data
})

let cluster: FakeCluster
let clock: VirtualClock
let autoscaler: Autoscaler
let stop: AbortController
let leading: Promise<void>

beforeEach(async () => {
  cluster = fakeCluster({
    objects: [
      podAutoscaler(),
      deployment({ metadata: { name: 'hello-00001-deployment', labels }, spec: { replicas: 1 } }),
      config('config-autoscaler', { 'stable-window': '6s', 'scale-to-zero-grace-period': '4s' }),
      config('config-deployment', { 'queue-sidecar-image': 'dev.local/queue' })
    ]
  })
  clock = virtualClock()
  autoscaler = createAutoscaler({
    client: cluster.client,
    systemNamespace: 'knative-serving',
    ask: async () => stats.Stat.create(),
    clock,
    log: keptLog() as never
  })
  stop = new AbortController()
  await autoscaler.start(stop.signal)
  leading = autoscaler.lead(stop.signal)
})

afterEach(async () => {
  stop.abort()
  await leading
})

/** Waits until the expectations of `check` hold. */
const holds = (check: () => Promise<void>): Promise<boolean> => eventually(() => check().then(() => true))

const pa = (): Promise<PodAutoscaler> => cluster.client.get(podAutoscalers, key)
const replicas = async (): Promise<number | undefined> =>
  (await cluster.client.get<Deployment>(deployments, { ...key, name: 'hello-00001-deployment' })).spec?.replicas
const active = async (): Promise<string | undefined> => (await pa()).status?.conditions?.find(({ type }) => type === 'Active')?.status

/** What the controller does with a ServerlessService. */
async function serve(): Promise<void> {
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
}

const ready = (): Pod =>
  cluster.put(
    pod({
      metadata: { name: 'hello-pod', namespace: 'default', labels },
      status: { phase: 'Running', podIP: '10.0.0.1', conditions: [{ type: 'Ready', status: 'True' }] }
    })
  )

const report = (averageConcurrentRequests: number): void =>
  autoscaler.intake(key, {
    averageConcurrentRequests,
    averageProxiedConcurrentRequests: 0,
    requestCount: averageConcurrentRequests,
    proxiedRequestCount: 0
  })

it('asks for as many activators at first as it does once it can decide', async () => {
  const sks = () => cluster.client.get<ServerlessService>(serverlessServices, key)
  const first = (await eventually(sks)).spec.numActivators
  await serve()
  await holds(async () => expect((await pa()).status?.serviceName).toBe('hello-00001'))
  expect([first, (await sks()).spec.numActivators]).toEqual([3, 3])
})

it('S029 S031 goes from its first pod to zero when idle, and back up at the first request without a tick', async () => {
  await serve()
  ready()
  await holds(async () => expect(await active()).toBe('True'))

  // Idle: the stable window passes, then the path is proved to lead through the activator, then the grace period.
  await holds(async () => {
    await clock.advance(1_000)
    expect(await active()).toBe('False')
  })
  expect(await replicas()).toBe(1)
  // Nobody answers the probe of the path in this test, so only the grace period since inactivity could end the last pod: it must not.
  await clock.advance(10_000)
  expect(await replicas()).toBe(1)

  // Gone to zero by hand, as if the probe had succeeded; then a request comes.
  await cluster.client.delete(pods, { ...key, name: 'hello-pod' })
  cluster.put(deployment({ metadata: { name: 'hello-00001-deployment', labels }, spec: { replicas: 0 } }))
  await holds(async () => expect((await pa()).status?.actualScale).toBe(0))
  const before = clock.now()
  report(1)
  await holds(async () => expect(await replicas()).toBe(1))
  expect(clock.now()).toBe(before)
  await holds(async () => expect(await active()).toBe('Unknown'))
})

it('S030 panics under a burst and asks for enough pods at the next tick', async () => {
  await serve()
  ready()
  await holds(async () => expect(await active()).toBe('True'))
  report(700)
  await holds(async () => {
    await clock.advance(500)
    expect(await replicas()).toBe(10)
  })
})
