import { expect, it } from '@jest/globals'
import {
  keyOf,
  metrics,
  parseAutoscalerConfig,
  parseDeploymentConfig,
  serverlessServices,
  type Metric,
  type PodAutoscaler,
  type PodAutoscalerStatus,
  type ServerlessService
} from '@knative-ts/api'
import { deployments, type Deployment } from '@knative-ts/api/kubernetes'
import { createInformerFactory, Kept } from '@knative-ts/kube'
import { scalingSpecOf } from '@knative-ts/scaling'
import { deployment, fakeCluster, keptLog, pod, podAutoscaler, virtualClock } from '@knative-ts/testing'
import { Deciders } from '../deciding/deciders.ts'
import { MetricCollector } from '../metrics/metric-collector.ts'
import { PodAutoscalerReconciler, scaledObjectOf } from './pod-autoscaler.reconciler.ts'
import { serverlessServiceOf } from './serverless-service-of.ts'

const target = { namespace: 'default', name: 'hello-00001-deployment' }
const long = '2029-01-01T00:00:00Z'
const config = parseAutoscalerConfig({})
const idle = podAutoscaler({
  status: {
    conditions: [
      { type: 'Active', status: 'False', reason: 'NoTraffic', lastTransitionTime: long },
      { type: 'ScaleTargetInitialized', status: 'True', lastTransitionTime: long }
    ]
  } as never
}) as PodAutoscaler & { status: PodAutoscalerStatus }
const key = keyOf(idle)

/** A revision with one pod that has long been idle; `probe` is what happens when the way through the activator is asked for. */
async function passOver(probe: (request: () => void) => boolean): Promise<number | undefined> {
  const clock = virtualClock()
  const cluster = fakeCluster({ objects: [idle, deployment({ metadata: target, spec: { replicas: 1 } })] })
  const path = serverlessServiceOf(idle, { mode: 'Proxy', numActivators: 3 })
  cluster.put<ServerlessService>({
    ...path,
    status: {
      serviceName: 'hello-00001',
      privateServiceName: 'hello-00001-private',
      conditions: ['ActivatorEndpointsPopulated', 'EndpointsPopulated', 'Ready'].map((type) => ({
        type,
        status: 'True',
        lastTransitionTime: long
      }))
    }
  })
  const collector = new MetricCollector()
  collector.update(key, {
    apiVersion: 'autoscaling.internal.knative.dev/v1alpha1',
    kind: 'Metric',
    metadata: { ...key },
    spec: { stableWindow: 60e9, panicWindow: 6e9, scrapeTarget: '' }
  })
  const ready = [pod({ metadata: { name: 'hello-pod' }, status: { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] } })]
  const deciders = new Deciders({ metrics: collector, ready: () => ready.length, clock, changed: () => undefined })
  const factory = createInformerFactory(cluster.client, { log: keptLog() })
  const kept = {
    serverlessServices: new Kept(cluster.client, factory.informer(serverlessServices)),
    metrics: new Kept<Metric>(cluster.client, factory.informer(metrics)),
    deployments: factory.informer(deployments)
  }
  const stop = new AbortController()
  await factory.start(stop.signal)
  deciders.ensure(key, scalingSpecOf(scaledObjectOf(idle), config))
  deciders.run(stop.signal)
  await clock.advance(2_000)
  const request = (): void => {
    const load = { averageConcurrentRequests: 1, averageProxiedConcurrentRequests: 0, requestCount: 1, proxiedRequestCount: 0 }
    collector.record(key, clock.now(), load)
    deciders.poke(key)
  }
  const reconciler = new PodAutoscalerReconciler({
    ...kept,
    client: cluster.client,
    deployment: (name) => kept.deployments.cache.get(name),
    pods: () => ready,
    deciders,
    settings: () => ({ config, deployment: parseDeploymentConfig({ 'queue-sidecar-image': 'q' }) }),
    probe: async () => probe(request),
    now: () => clock.now()
  })
  await reconciler.reconcile(structuredClone(idle))
  stop.abort()
  return (await cluster.client.get<Deployment>(deployments, target)).spec?.replicas
}

it('takes the last pod of a revision that nobody asks for once requests lead through the activator', async () => {
  expect(await passOver(() => true)).toBe(0)
})

it('leaves the last pod of a revision that is asked for while the way through the activator is probed', async () => {
  const probed = passOver((request) => {
    request()
    return true
  })
  expect(await probed).toBe(1)
})
