import { afterEach, describe, expect, it } from '@jest/globals'
import type { Resource } from '@knative-ts/api'
import {
  clusterRoles,
  configMaps,
  deployments,
  endpointSlices,
  namespaces,
  pods,
  replicaSets,
  serviceAccounts,
  services,
  type Deployment,
  type Pod
} from '@knative-ts/api/kubernetes'
import {
  configMap,
  deployment,
  eventually,
  fakeCluster,
  keptLog,
  kubeService,
  namespace,
  readyPod,
  settle,
  type FakeCluster
} from '@knative-ts/testing'
import { startControllers } from './start-controllers.ts'

const stops: (() => Promise<void>)[] = []
const key = { namespace: 'default', name: 'hello' }

afterEach(async () => {
  for (const stop of stops.splice(0)) await stop()
})

async function world(...objects: NonNullable<Parameters<typeof fakeCluster>[0]>['objects'] & object) {
  const cluster = fakeCluster({ objects: [namespace(), ...objects], now: () => Date.now() })
  const stop = new AbortController()
  let types: readonly Resource[] = [
    namespaces,
    deployments,
    replicaSets,
    pods,
    services,
    endpointSlices,
    configMaps,
    serviceAccounts,
    clusterRoles
  ]
  const listeners = new Set<() => void>()
  const log = keptLog()
  const options = {
    rootCaPem: 'PEM',
    resourceTypes: () => types,
    onResourceTypesChanged(listener: () => void) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    }
  }
  const { stopped } = await startControllers({ client: cluster.client, log, signal: stop.signal, options })
  stops.push(async () => {
    stop.abort()
    await stopped
  })
  const setTypes = (next: readonly Resource[]): void => {
    types = next
    for (const listener of listeners) listener()
  }
  return { cluster, client: cluster.client, log, setTypes, types }
}

const podsOf = (cluster: FakeCluster): Pod[] => cluster.all(pods).filter((pod) => pod.metadata.deletionTimestamp === undefined)

/** The node agent's part: every pod runs and is ready. */
function makeReady(cluster: FakeCluster, pod: Pod, podIP = '10.88.0.5'): void {
  const { status } = readyPod({ status: { podIP } })
  cluster.put({ ...pod, spec: { ...pod.spec!, nodeName: 'node' }, status: status! })
}

/** The node agent's other part: pods on their way out are gone. */
async function bury(cluster: FakeCluster): Promise<void> {
  for (const pod of cluster.all(pods)) {
    if (pod.metadata.deletionTimestamp !== undefined)
      await cluster.client.delete(pods, { namespace: 'default', name: pod.metadata.name! }, { gracePeriodSeconds: 0 })
  }
}

const fresh = (overrides?: Parameters<typeof deployment>[0]): Deployment => {
  const { uid: _uid, generation: _generation, ...metadata } = deployment(overrides).metadata
  return { ...deployment(overrides), metadata }
}

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
        for await (const event of client.watch(pods, { resourceVersion, signal: AbortSignal.timeout(5000) })) {
          if (event.type === 'ADDED') resolve(performance.now() - startedAt)
        }
      })()
    })
    await client.patch(deployments, key, { type: 'merge', body: { spec: { replicas: 1 } } })
    // Typically 1 to 2 ms; the bound leaves room for a busy machine.
    expect(await created).toBeLessThan(250)
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

  it('collect what no owner holds, foreground first, and leave orphans', async () => {
    const owned = (name: string, owner: { name: string; uid: string }) =>
      configMap({
        metadata: {
          name,
          ownerReferences: [{ apiVersion: 'v1', kind: 'ConfigMap', name: owner.name, uid: owner.uid, blockOwnerDeletion: true }]
        }
      })
    const owner = (name: string) => configMap({ metadata: { name } })
    const uid = (name: string) => ({ name, uid: `uid-configmap-${name}` })
    const { cluster, client } = await world(
      owner('a'),
      owned('of-a', uid('a')),
      owner('b'),
      owned('of-b', uid('b')),
      owner('c'),
      owned('of-c', uid('c')),
      owned('of-none', { name: 'never', uid: 'never' })
    )
    const names = () => cluster.all(configMaps).map((object) => object.metadata.name!)
    await client.delete(configMaps, { namespace: 'default', name: 'a' })
    await client.delete(configMaps, { namespace: 'default', name: 'b' }, { propagationPolicy: 'Foreground' })
    await client.delete(configMaps, { namespace: 'default', name: 'c' }, { propagationPolicy: 'Orphan' })
    await eventually(() => names().join() === 'kube-root-ca.crt,of-c')
    expect(cluster.find(configMaps, { namespace: 'default', name: 'of-c' })?.metadata.ownerReferences).toEqual([])
    const order = cluster.writes
      .filter((write) => write.effective && (write.key.name === 'b' || write.key.name === 'of-b'))
      .map((write) => `${write.verb} ${write.key.name}`)
    expect(order).toEqual(['delete b', 'delete of-b', 'update b'])
  })

  it('collect children of a resource that is defined later', async () => {
    const things: Resource = { group: 'example.dev', version: 'v1', plural: 'things', kind: 'Thing', namespaced: true }
    const child = configMap({
      metadata: { name: 'child', ownerReferences: [{ apiVersion: 'example.dev/v1', kind: 'Thing', name: 't', uid: 'uid-t' }] }
    })
    const { cluster, client, setTypes, types } = await world(child)
    setTypes([...types, things])
    const thing = await client.create(things, {
      apiVersion: 'example.dev/v1',
      kind: 'Thing',
      metadata: { name: 't', namespace: 'default', uid: 'uid-t' }
    })
    expect(thing.metadata.uid).toBe('uid-t')
    expect(cluster.find(configMaps, { namespace: 'default', name: 'child' })).toBeDefined()
    await eventually(() => [...cluster.watches].some((watch) => watch.resource.plural === 'things'))
    await client.delete(things, { namespace: 'default', name: 't' })
    await eventually(() => cluster.find(configMaps, { namespace: 'default', name: 'child' }) === undefined)
  })

  it('collect what has an absent owner of a kind that is only defined later', async () => {
    const things: Resource = { group: 'example.dev', version: 'v1', plural: 'things', kind: 'Thing', namespaced: true }
    const owner = { apiVersion: 'example.dev/v1', kind: 'Thing', name: 'never', uid: 'uid-never' }
    const { cluster, setTypes, types } = await world(configMap({ metadata: { name: 'child', ownerReferences: [owner] } }))
    await settle()
    expect(cluster.find(configMaps, { namespace: 'default', name: 'child' })).toBeDefined()
    setTypes([...types, things])
    await eventually(() => cluster.find(configMaps, { namespace: 'default', name: 'child' }) === undefined)
  })

  it('give every namespace its account and bundle, and put them right', async () => {
    const { cluster, client } = await world()
    await client.create(namespaces, {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: 'new' },
      spec: { finalizers: ['kubernetes'] }
    })
    const bundle = { namespace: 'new', name: 'kube-root-ca.crt' }
    await eventually(() => cluster.find(serviceAccounts, { namespace: 'new', name: 'default' }) && cluster.find(configMaps, bundle))
    await client.delete(serviceAccounts, { namespace: 'new', name: 'default' })
    await client.patch(configMaps, bundle, { type: 'merge', body: { data: { 'ca.crt': 'forged' } } })
    await eventually(() => cluster.find(serviceAccounts, { namespace: 'new', name: 'default' }))
    await eventually(() => cluster.find(configMaps, bundle)?.data?.['ca.crt'] === 'PEM')
    expect(cluster.find(configMaps, bundle)?.metadata.annotations?.['kubernetes.io/description']).toMatch(/^Contains a CA bundle/)
  })

  it('empty a namespace before it goes, and say what it waits for', async () => {
    const held = configMap({ metadata: { name: 'held', finalizers: ['example.dev/wait'] } })
    const { cluster, client } = await world(held, configMap({ metadata: { name: 'free' } }), readyPod())
    await client.delete(namespaces, { namespace: '', name: 'default' })
    const waiting = await eventually(() =>
      cluster
        .find(namespaces, 'default')
        ?.status?.conditions?.find((entry) => entry.type === 'NamespaceFinalizersRemaining' && entry.status === 'True')
    )
    expect(waiting.message).toBe('Some content in the namespace has finalizers remaining: example.dev/wait in 1 resource instances')
    await bury(cluster)
    await client.patch(configMaps, { namespace: 'default', name: 'held' }, { type: 'merge', body: { metadata: { finalizers: [] } } })
    await eventually(() => cluster.find(namespaces, 'default') === undefined)
    expect([...cluster.all(configMaps), ...cluster.all(pods), ...cluster.all(serviceAccounts)]).toEqual([])
  })

  it('keep aggregated ClusterRoles', async () => {
    const rule = (resource: string) => ({ apiGroups: [''], resources: [resource], verbs: ['get'] })
    const { cluster, client } = await world()
    await client.create(clusterRoles, {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRole',
      metadata: { name: 'all' },
      aggregationRule: { clusterRoleSelectors: [{ matchLabels: { to: 'all' } }] }
    })
    for (const name of ['b', 'a']) {
      await client.create(clusterRoles, {
        apiVersion: 'rbac.authorization.k8s.io/v1',
        kind: 'ClusterRole',
        metadata: { name, labels: { to: 'all' } },
        rules: [rule(name)]
      })
    }
    await eventually(() => cluster.find(clusterRoles, 'all')?.rules?.length === 2)
    expect(cluster.find(clusterRoles, 'all')?.rules).toEqual([rule('a'), rule('b')])
  })
})
