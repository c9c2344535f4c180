import { describe, expect, it } from '@jest/globals'
import type { Resource } from '@knative-ts/api'
import { configMaps } from '@knative-ts/api/kubernetes'
import { configMap, eventually, settle } from '@knative-ts/testing'
import { world } from '../all-controllers.fixture.ts'

describe('the garbage collector, among all controllers', () => {
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
})
