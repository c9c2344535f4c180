import { describe, expect, it } from '@jest/globals'
import { clusterRoles, configMaps, namespaces, pods, serviceAccounts } from '@knative-ts/api/kubernetes'
import { configMap, eventually, readyPod } from '@knative-ts/testing'
import { world, bury } from '../all-controllers.fixture.ts'

describe('the controllers of namespaces and roles, among all', () => {
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
