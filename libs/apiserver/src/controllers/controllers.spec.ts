import { describe, expect, it } from '@jest/globals'
import { deployments, endpointSlices, pods, replicaSets, type Deployment, type Pod } from '@knative-ts/api/kubernetes'
import { deployment, eventually, kubeService, readyPod, type FakeCluster } from '@knative-ts/testing'
import { world, bury } from './all-controllers.fixture.ts'
import { fresh as asCreated } from './start-loops.fixture.ts'

const key = { namespace: 'default', name: 'hello' }
const podsOf = (cluster: FakeCluster): Pod[] => cluster.all(pods).filter((pod) => pod.metadata.deletionTimestamp === undefined)

/** The node agent's part: every pod runs and is ready. */
function makeReady(cluster: FakeCluster, pod: Pod, podIP = '10.88.0.5'): void {
  const { status } = readyPod({ status: { podIP } })
  cluster.put({ ...pod, spec: { ...pod.spec!, nodeName: 'node' }, status: status! })
}

const fresh = (overrides?: Parameters<typeof deployment>[0]): Deployment => asCreated(deployment(overrides))

const reasons = (found: Deployment | undefined): string[] =>
  (found?.status?.conditions ?? []).map((entry) => `${entry.type}=${entry.status} ${entry.reason}: ${entry.message}`)
describe('the controllers together', () => {
  it('make a Deployment into pods, and tell when they serve', async () => {
    const { cluster, client } = await world()
    await client.create(deployments, fresh({ spec: { replicas: 2 } }))
    await eventually(() => podsOf(cluster).length === 2)
    const waiting = await eventually(
      () => cluster.find(deployments, key)?.status?.unavailableReplicas === 2 && cluster.find(deployments, key)
    )
    const set = cluster.all(replicaSets)[0]!
    expect(waiting.metadata.annotations).toEqual({ 'deployment.kubernetes.io/revision': '1' })
    expect(set.metadata).toMatchObject({
      annotations: {
        'deployment.kubernetes.io/desired-replicas': '2',
        'deployment.kubernetes.io/max-replicas': '3',
        'deployment.kubernetes.io/revision': '1'
      },
      ownerReferences: [{ apiVersion: 'apps/v1', kind: 'Deployment', name: 'hello', controller: true, blockOwnerDeletion: true }]
    })
    await eventually(() => reasons(cluster.find(deployments, key))[1]?.startsWith('Progressing=True ReplicaSetUpdated'))
    expect(reasons(cluster.find(deployments, key))).toEqual([
      'Available=False MinimumReplicasUnavailable: Deployment does not have minimum availability.',
      `Progressing=True ReplicaSetUpdated: ReplicaSet "${set.metadata.name}" is progressing.`
    ])
    for (const pod of podsOf(cluster)) makeReady(cluster, pod)
    await eventually(() => cluster.find(deployments, key)?.status?.availableReplicas === 2)
    expect(cluster.find(deployments, key)?.status).toMatchObject({
      observedGeneration: 1,
      replicas: 2,
      updatedReplicas: 2,
      readyReplicas: 2,
      availableReplicas: 2
    })
    await eventually(() => reasons(cluster.find(deployments, key)).some((text) => text.includes('NewReplicaSetAvailable')))
    expect(reasons(cluster.find(deployments, key))).toEqual([
      'Available=True MinimumReplicasAvailable: Deployment has minimum availability.',
      `Progressing=True NewReplicaSetAvailable: ReplicaSet "${set.metadata.name}" has successfully progressed.`
    ])
  })

  it('roll a new template over without going under, and back again over the old ReplicaSet', async () => {
    const { cluster, client } = await world()
    await client.create(deployments, fresh({ spec: { strategy: { rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } } } }))
    await eventually(() => podsOf(cluster).length === 1)
    makeReady(cluster, podsOf(cluster)[0]!)
    await eventually(() => cluster.find(deployments, key)?.status?.availableReplicas === 1)
    const first = cluster.all(replicaSets)[0]!.metadata.name
    const image = (name: string) => ({ spec: { template: { spec: { containers: [{ name: 'main', image: name }] } } } })
    await client.patch(deployments, key, { type: 'merge', body: image('dev.local/two') })
    await eventually(() => podsOf(cluster).length === 2)
    makeReady(
      cluster,
      podsOf(cluster).find((pod) => pod.spec?.containers[0]?.image === 'dev.local/two')!
    )
    await eventually(() => podsOf(cluster).length === 1)
    await bury(cluster)
    await eventually(() => cluster.find(deployments, key)?.metadata.annotations?.['deployment.kubernetes.io/revision'] === '2')
    await client.patch(deployments, key, { type: 'merge', body: image('dev.local/hello') })
    await eventually(() => cluster.find(replicaSets, { namespace: 'default', name: first! })?.spec?.replicas === 1)
    await eventually(() => cluster.find(deployments, key)?.metadata.annotations?.['deployment.kubernetes.io/revision'] === '3')
    expect(cluster.all(replicaSets)).toHaveLength(2)
    expect(cluster.find(replicaSets, { namespace: 'default', name: first! })?.metadata.annotations).toMatchObject({
      'deployment.kubernetes.io/revision': '3',
      'deployment.kubernetes.io/revision-history': '1'
    })
  })

  it('scale from zero to a pod within milliseconds', async () => {
    const { cluster, client } = await world()
    await client.create(deployments, fresh({ spec: { replicas: 0 } }))
    await eventually(() => cluster.find(deployments, key)?.status?.observedGeneration === 1)
    const startedAt = performance.now()
    const created = new Promise<number>((resolve) => {
      void (async () => {
        const { resourceVersion } = await client.list(pods)
        for await (const event of client.watch(pods, { resourceVersion, signal: AbortSignal.timeout(60_000) })) {
          if (event.type === 'ADDED') resolve(performance.now() - startedAt)
        }
      })()
    })
    await client.patch(deployments, key, { type: 'merge', body: { spec: { replicas: 1 } } })
    // Typically 1 to 2 ms; the bound leaves room for a busy machine.
    expect(await created).toBeLessThan(1_000)
  })

  it('never make one pod too many while the cache lags behind', async () => {
    const { cluster, client } = await world()
    await client.create(deployments, fresh({ spec: { replicas: 20 } }))
    await eventually(() => podsOf(cluster).length >= 20)
    for (let round = 0; round < 5; round++)
      await client.patch(deployments, key, { type: 'merge', body: { metadata: { annotations: { round: String(round) } } } })
    await eventually(() => cluster.find(deployments, key)?.status?.replicas === 20)
    const creates = cluster.writes.filter((write) => write.verb === 'create' && write.resource.kind === 'Pod')
    expect(creates).toHaveLength(20)
  })

  it('say that a rollout missed its deadline', async () => {
    const { cluster, client } = await world()
    await client.create(deployments, fresh({ spec: { progressDeadlineSeconds: 1 } }))
    const late = await eventually(() => reasons(cluster.find(deployments, key)).find((text) => text.includes('ProgressDeadlineExceeded')))
    expect(late).toBe(
      `Progressing=False ProgressDeadlineExceeded: ReplicaSet "${cluster.all(replicaSets)[0]!.metadata.name}" has timed out progressing.`
    )
  })

  it('say why no pod can be created, and go on trying', async () => {
    const { cluster, client } = await world()
    cluster.fail({ verb: 'create', resource: pods, times: 3, error: 'Forbidden' })
    await client.create(deployments, fresh())
    await eventually(() => reasons(cluster.find(deployments, key)).some((text) => text.startsWith('ReplicaFailure=True FailedCreate')))
    await eventually(() => podsOf(cluster).length === 1)
    await eventually(() => !reasons(cluster.find(deployments, key)).some((text) => text.startsWith('ReplicaFailure')))
    expect(cluster.writes.filter((write) => write.resource.kind === 'Pod').map((write) => write.effective)).toEqual([
      false,
      false,
      false,
      true
    ])
  })

  it('take over the ReplicaSet that a Deployment deleted without its children left behind', async () => {
    const { cluster, client } = await world()
    await client.create(deployments, fresh())
    await eventually(() => podsOf(cluster).length === 1)
    const before = cluster.all(replicaSets)[0]!
    await client.delete(deployments, key, { propagationPolicy: 'Orphan' })
    await eventually(() => cluster.find(deployments, key) === undefined)
    const { uid: _uid, ...metadata } = fresh().metadata
    await client.create(deployments, { ...fresh(), metadata })
    await eventually(() => cluster.all(replicaSets)[0]?.metadata.ownerReferences?.[0]?.uid === cluster.find(deployments, key)?.metadata.uid)
    await eventually(() => cluster.find(deployments, key)?.status?.replicas === 1)
    expect(cluster.all(replicaSets).map((set) => set.metadata.uid)).toEqual([before.metadata.uid])
    expect(podsOf(cluster)).toHaveLength(1)
  })

  it('keep a paused Deployment as it is', async () => {
    const { cluster, client } = await world()
    await client.create(deployments, fresh({ spec: { paused: true } }))
    await eventually(() => cluster.find(deployments, key)?.status?.observedGeneration === 1)
    expect(reasons(cluster.find(deployments, key))).toEqual([
      'Progressing=Unknown DeploymentPaused: Deployment is paused',
      'Available=False MinimumReplicasUnavailable: Deployment does not have minimum availability.'
    ])
    expect(cluster.all(replicaSets)).toEqual([])
  })

  it('adopt a stray pod that is selected, and release one that no longer is', async () => {
    const { cluster, client } = await world(readyPod({ metadata: { name: 'stray', labels: { app: 'hello' } } }))
    const set = {
      apiVersion: 'apps/v1',
      kind: 'ReplicaSet',
      metadata: { namespace: 'default', name: 'r' },
      spec: { replicas: 1, selector: { matchLabels: { app: 'hello' } }, template: deployment().spec!.template }
    }
    await client.create(replicaSets, set)
    const stray = { namespace: 'default', name: 'stray' }
    await eventually(() => cluster.find(pods, stray)?.metadata.ownerReferences?.[0]?.kind === 'ReplicaSet')
    await client.patch(pods, stray, { type: 'merge', body: { metadata: { labels: { app: 'other' } } } })
    await eventually(() => (cluster.find(pods, stray)?.metadata.ownerReferences ?? []).length === 0)
    await eventually(() => podsOf(cluster).length === 2)
    expect(cluster.find(pods, stray)?.metadata.labels).toEqual({ app: 'other' })
  })

  it('show a pod in the slices of its Service, ready, leaving and gone', async () => {
    const { cluster } = await world(kubeService())
    await eventually(() => cluster.all(endpointSlices).length === 1)
    makeReady(cluster, readyPod({ metadata: { name: 'a' } }))
    const shown = await eventually(() => cluster.all(endpointSlices)[0]?.endpoints?.[0] && cluster.all(endpointSlices)[0])
    expect(shown).toMatchObject({
      metadata: {
        labels: { 'kubernetes.io/service-name': 'hello', 'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io' }
      },
      addressType: 'IPv4',
      endpoints: [
        {
          addresses: ['10.88.0.5'],
          conditions: { ready: true, serving: true, terminating: false },
          targetRef: { kind: 'Pod', name: 'a' },
          nodeName: 'node'
        }
      ],
      ports: [{ name: 'http', protocol: 'TCP', port: 8080 }]
    })
    await cluster.client.delete(pods, { namespace: 'default', name: 'a' })
    await eventually(() => cluster.all(endpointSlices)[0]?.endpoints?.[0]?.conditions?.terminating)
    expect(cluster.all(endpointSlices)[0]?.endpoints?.[0]?.conditions).toEqual({ ready: false, serving: true, terminating: true })
    await bury(cluster)
    await eventually(() => cluster.all(endpointSlices)[0]?.endpoints?.length === 0)
    expect(cluster.all(endpointSlices)).toHaveLength(1)
  })
})
