import { describe, expect, it } from '@jest/globals'
import { configMaps, deployments } from '@knative-ts/api/kubernetes'
import { configMap, deployment, fakeCluster } from '@knative-ts/testing'
import { applyOwned } from './apply-owned.ts'
import { containsJson, equalJson } from './equal-json.ts'
import { isControlledBy } from './ownership.ts'

const desired = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'child', namespace: 'default', labels: { a: 'b' } },
  data: { x: '1' }
}
const key = { namespace: 'default', name: 'child' }
const given = (cluster: ReturnType<typeof fakeCluster>) => ({
  client: cluster.client,
  resource: configMaps,
  owner: deployment(),
  ownerResource: deployments,
  current: cluster.find(configMaps, key),
  desired
})

describe('applying a child', () => {
  it('creates it under its owner, and then leaves it alone', async () => {
    const cluster = fakeCluster()
    const created = await applyOwned(given(cluster))
    expect(created.action).toBe('created')
    expect(isControlledBy(created.object, deployment())).toBe(true)
    cluster.forgetWrites()
    expect((await applyOwned(given(cluster))).action).toBe('unchanged')
    expect(cluster.writes).toEqual([])
  })

  it('puts right what differs, and keeps what others added', async () => {
    const cluster = fakeCluster()
    const { object } = await applyOwned(given(cluster))
    cluster.put({ ...object, metadata: { ...object.metadata, labels: { a: 'changed', more: 'yes' } }, data: { x: '2' } })
    const updated = await applyOwned(given(cluster))
    expect(updated).toMatchObject({ action: 'updated', object: { metadata: { labels: { a: 'b', more: 'yes' } }, data: { x: '1' } } })
  })

  it('does not touch an object of somebody else', async () => {
    const cluster = fakeCluster({ objects: [configMap({ metadata: { name: 'child' } })] })
    expect((await applyOwned(given(cluster))).action).toBe('taken')
    expect((await applyOwned({ ...given(cluster), current: undefined })).action).toBe('taken')
    expect(cluster.writes.filter((write) => write.effective)).toEqual([])
  })

  it('finds its own child that the cache has not shown yet', async () => {
    const cluster = fakeCluster()
    await applyOwned(given(cluster))
    expect((await applyOwned({ ...given(cluster), current: undefined })).action).toBe('unchanged')
  })
})

describe('comparing JSON', () => {
  it('does not count order and undefined members', () => {
    expect(equalJson({ a: 1, b: [1, { c: undefined }] }, { b: [1, {}], a: 1 })).toBe(true)
    expect([equalJson({ a: 1 }, { a: 1, b: null }), equalJson([1, 2], [2, 1]), equalJson({}, [])]).toEqual([false, false, false])
  })

  it('tells a part from a difference', () => {
    expect(containsJson({ a: 1, b: { c: 2, d: 3 } }, { b: { c: 2 } })).toBe(true)
    expect([containsJson({ a: 1 }, { b: 1 }), containsJson([1, 2], [1])]).toEqual([false, false])
  })
})
