/** PodAutoscalers of class HPA over a fake cluster. */
import { afterEach, beforeEach, expect, it } from '@jest/globals'
import { metrics, podAutoscalers, serverlessServices, type Condition, type PodAutoscaler, type ServerlessService } from '@knative-ts/api'
import { horizontalPodAutoscalers, type HorizontalPodAutoscaler } from '@knative-ts/api/kubernetes'
import { eventually, fakeCluster, keptLog, podAutoscaler, virtualClock, type FakeCluster } from '@knative-ts/testing'
import { stats } from '@knative-ts/wire'
import { createAutoscaler } from '../autoscaler.ts'

const key = { namespace: 'default', name: 'hello-00001' }
const annotations = {
  'autoscaling.knative.dev/class': 'hpa.autoscaling.knative.dev',
  'autoscaling.knative.dev/metric': 'cpu',
  'autoscaling.knative.dev/target': '70',
  'autoscaling.knative.dev/min-scale': '2'
}
const labels = { 'serving.knative.dev/revision': 'hello-00001' }
const config = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'config-deployment', namespace: 'knative-serving' },
  data: { 'queue-sidecar-image': 'dev.local/queue' }
}

let cluster: FakeCluster
let stop: AbortController
let leading: Promise<void> | undefined
beforeEach(() => {
  cluster = fakeCluster({ objects: [podAutoscaler({ metadata: { annotations, labels } }), config] })
  stop = new AbortController()
})
afterEach(async () => {
  stop.abort()
  await leading
})

async function start(): Promise<void> {
  const ask = async () => stats.Stat.create()
  const { client } = cluster
  const autoscaler = createAutoscaler({ client, systemNamespace: 'knative-serving', ask, clock: virtualClock(), log: keptLog() as never })
  await autoscaler.start(stop.signal)
  leading = autoscaler.lead(stop.signal)
}

const pa = (): PodAutoscaler => cluster.find(podAutoscalers, key) as PodAutoscaler
const hpa = (): HorizontalPodAutoscaler | undefined => cluster.find(horizontalPodAutoscalers, key)
const condition = (type: string): Condition | undefined => pa().status?.conditions?.find((one) => one.type === type)
const sks = (): ServerlessService | undefined => cluster.find(serverlessServices, key)

/** What the controller and Kubernetes do. */
async function answer(currentReplicas: number, desiredReplicas: number): Promise<void> {
  const made = await eventually(() => sks())
  const at = '2030-01-01T00:00:00Z'
  const ready = (type: string) => ({ type, status: 'True' as const, lastTransitionTime: at })
  cluster.put<ServerlessService>({
    ...made,
    status: { observedGeneration: 1, serviceName: 'hello-00001', privateServiceName: 'hello-00001-private', conditions: [ready('Ready')] }
  })
  const autoscaler = await eventually(() => hpa())
  cluster.put<HorizontalPodAutoscaler>({ ...autoscaler, status: { currentReplicas, desiredReplicas } })
}

it('leaves the decision to Kubernetes, sends requests to the pods, and says what Kubernetes does', async () => {
  await start()
  await answer(1, 3)
  await eventually(() => pa().status?.desiredScale === 3)
  expect(hpa()?.spec).toMatchObject({ minReplicas: 2, metrics: [{ resource: { name: 'cpu' } }], scaleTargetRef: { kind: 'Deployment' } })
  expect([sks()?.spec.mode, sks()?.spec.numActivators]).toEqual(['Serve', undefined])
  expect(pa().status).toMatchObject({ actualScale: 1, serviceName: 'hello-00001', metricsServiceName: '' })
  expect([condition('Active')?.status, condition('SKSReady')?.status, condition('ScaleTargetInitialized')?.status]).toEqual([
    'True',
    'True',
    'Unknown'
  ])
  await answer(2, 3)
  await eventually(() => condition('Ready')?.status === 'True')
  // Once there, always there.
  await answer(0, 3)
  await eventually(() => pa().status?.actualScale === 0)
  expect(condition('ScaleTargetInitialized')?.status).toBe('True')
  expect(cluster.find(metrics, key)).toBeUndefined()
})

it('brings the autoscaler back to what was asked for when somebody changes or deletes it', async () => {
  await start()
  await answer(2, 2)
  await eventually(() => condition('Ready')?.status === 'True')
  await cluster.client.patch(horizontalPodAutoscalers, key, { type: 'merge', body: { spec: { maxReplicas: 1 } } })
  await eventually(() => hpa()?.spec?.maxReplicas === 2 ** 31 - 1)
  await cluster.client.delete(horizontalPodAutoscalers, key)
  await eventually(() => hpa() !== undefined)
  const { metadata } = pa()
  const changed = { ...metadata.annotations, 'autoscaling.knative.dev/max-scale': '4' }
  cluster.put({ ...pa(), metadata: { ...metadata, annotations: changed } })
  const bounded = await eventually(() => (hpa()?.spec?.maxReplicas === 4 ? hpa() : undefined))
  expect(bounded?.spec?.minReplicas).toBe(2)
})

it('says that somebody else has one of that name, and leaves it alone', async () => {
  const spec = { maxReplicas: 1, scaleTargetRef: { kind: 'Deployment', name: 'other' } }
  cluster.put<HorizontalPodAutoscaler>({ apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', metadata: { ...key }, spec })
  await start()
  await eventually(() => condition('Active')?.status === 'False')
  expect(condition('Active')).toMatchObject({
    reason: 'NotOwned',
    message: 'There is an existing HorizontalPodAutoscaler "hello-00001" that we do not own. Delete it, or give the Service another name.'
  })
  expect(condition('Ready')?.status).toBe('False')
  expect(hpa()?.spec).toEqual(spec)
})

it('says that it cannot be created', async () => {
  cluster.fail({ verb: 'create', resource: horizontalPodAutoscalers, times: 1_000, error: new Error('exceeded quota') })
  await start()
  await eventually(() => condition('Active')?.status === 'False')
  expect(condition('Active')).toMatchObject({ reason: 'FailedCreate', message: 'Failed to create HorizontalPodAutoscaler "hello-00001".' })
})
