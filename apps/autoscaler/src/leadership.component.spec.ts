/** Two autoscalers that divide the revisions between them: whoever is told of a request, the right one decides. */
import { afterEach, expect, it } from '@jest/globals'
import { parseLeaderElectionConfig, podAutoscalers, serverlessServices, type ServerlessService } from '@knative-ts/api'
import { deployments, leases, type Deployment, type Lease } from '@knative-ts/api/kubernetes'
import { systemClock } from '@knative-ts/kube'
import { deployment, eventually, fakeCluster, keptLog, podAutoscaler, type FakeCluster } from '@knative-ts/testing'
import { bucketNames, bucketOf } from '@knative-ts/traffic'
import { bearer, dialGrpc, serveGrpc, stats } from '@knative-ts/wire'
import { createAutoscaler } from './autoscaler.ts'
import { createLeadership } from './leadership.ts'
import { StatForwarder } from './metrics/stat-forwarder.ts'
import { statIntakeOf } from './metrics/stat-intake.grpc.ts'

const namespace = 'knative-serving'
const buckets = bucketNames('autoscaler-bucket-', 2)
const revisions = ['hello-00001', 'hello-00002', 'hello-00003', 'hello-00004']
const ofBucket = (bucket: string): string[] => revisions.filter((name) => bucketOf(`default/${name}`, buckets) === bucket)

const configuration = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'config-deployment', namespace },
  data: { 'queue-sidecar-image': 'dev.local/queue' }
}

const closers: (() => Promise<void> | void)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close()
})

async function replica(cluster: FakeCluster, name: string) {
  const { client } = cluster
  const log = keptLog()
  const stop = new AbortController()
  const autoscaler = createAutoscaler({
    client,
    systemNamespace: namespace,
    ask: async () => stats.Stat.create(),
    clock: systemClock,
    log: log as never
  })
  const links: { pass?: (batch: stats.WireStatMessages) => void } = {}
  const intake = statIntakeOf({ take: autoscaler.intake, pass: (batch) => links.pass?.(batch), admit: async () => undefined, log })
  const server = await serveGrpc([intake], { host: '127.0.0.1', port: 0 })
  const config = parseLeaderElectionConfig({ buckets: '2', 'lease-duration': '3s', 'renew-deadline': '2s', 'retry-period': '200ms' })
  const identity = `${name}_127.0.0.1:${server.port}`
  const leadership = createLeadership({
    client,
    namespace,
    identity,
    config,
    clock: systemClock,
    log,
    lead: (signal, accepts) => autoscaler.lead(signal, accepts)
  })
  const forwarder = new StatForwarder({
    ownerOf: (key) => leadership.ownerOf(key),
    token: async () => undefined,
    clock: systemClock,
    log
  })
  links.pass = (batch) => forwarder.pass(batch)
  await autoscaler.start(stop.signal)
  const running = leadership.run(stop.signal)
  const end = async (): Promise<void> => {
    stop.abort()
    await running
    forwarder.stop()
    await server.close(0)
  }
  closers.push(end)
  return { autoscaler, leadership, identity, end, port: server.port }
}

/** What the controller does with a ServerlessService. */
async function serve(cluster: FakeCluster, name: string): Promise<void> {
  const sks = await eventually(() => cluster.find(serverlessServices, { namespace: 'default', name }))
  const condition = (type: string) => ({ type, status: 'True' as const, lastTransitionTime: new Date().toISOString() })
  cluster.put<ServerlessService>({
    ...sks,
    status: { observedGeneration: 1, serviceName: name, privateServiceName: `${name}-private`, conditions: [condition('Ready')] }
  })
}

it('wakes a revision though an activator tells the autoscaler that does not lead its bucket, and goes on when one of two ends', async () => {
  const labels = (name: string) => ({ 'serving.knative.dev/revision': name })
  const cluster = fakeCluster({
    objects: [
      configuration,
      ...revisions.flatMap((name) => [
        podAutoscaler({ metadata: { name, uid: name }, spec: { scaleTargetRef: { name: `${name}-deployment` } } }),
        deployment({ metadata: { name: `${name}-deployment`, labels: labels(name) }, spec: { replicas: 0 } })
      ])
    ]
  })
  const one = await replica(cluster, 'autoscaler-1')
  await eventually(() => one.leadership.led().length === 2)
  const two = await replica(cluster, 'autoscaler-2')
  // The second one gets a bucket: as if the first had let go of it.
  const key = { namespace, name: buckets[1] as string }
  const { spec } = (await cluster.client.get<Lease>(leases, key)) ?? {}
  await cluster.client.patch(leases, key, { type: 'merge', body: { spec: { ...spec, holderIdentity: two.identity } } })
  await eventually(() => one.leadership.led().length === 1 && two.leadership.led().length === 1)
  for (const name of revisions) await serve(cluster, name)
  const replicas = (name: string) =>
    cluster.find<Deployment>(deployments, { namespace: 'default', name: `${name}-deployment` })?.spec?.replicas
  await eventually(() =>
    revisions.every((name) => cluster.find(podAutoscalers, { namespace: 'default', name })?.status?.serviceName === name)
  )
  expect([ofBucket(buckets[0] as string).length, ofBucket(buckets[1] as string).length]).not.toContain(0)

  const client = dialGrpc(stats.StatIntakeClient, `127.0.0.1:${one.port}`)
  closers.push(() => client.close())
  const call = client.report(bearer('word'))
  call.on('data', () => undefined)
  // It ends with the server.
  call.on('error', () => undefined)
  const message = (name: string): stats.WireStatMessage => ({
    namespace: 'default',
    name,
    stat: { ...stats.Stat.create(), podName: 'activator', averageConcurrentRequests: 1, requestCount: 1 }
  })
  const [mine, other] = [ofBucket(buckets[0] as string)[0] as string, ofBucket(buckets[1] as string)[0] as string]
  call.write({ messages: [message(mine), message(other)], told: [], final: false })
  await eventually(() => replicas(mine) === 1 && replicas(other) === 1)
  expect(
    [one.autoscaler.deciders, two.autoscaler.deciders].map((deciders) => [...deciders.all()].map(({ key: { name } }) => name).sort())
  ).toEqual([ofBucket(buckets[0] as string), ofBucket(buckets[1] as string)])

  await two.end()
  await eventually(() => one.leadership.led().length === 2)
  await eventually(() => [...one.autoscaler.deciders.all()].length === revisions.length)
  const held = cluster.all(leases).map(({ metadata }) => metadata.name)
  expect(held.filter((name) => name?.startsWith('hpaautoscaler.')).sort()).toEqual([
    'hpaautoscaler.knative.dev.serving.pkg.reconciler.autoscaling.hpa.reconciler.00-of-02',
    'hpaautoscaler.knative.dev.serving.pkg.reconciler.autoscaling.hpa.reconciler.01-of-02'
  ])
})
