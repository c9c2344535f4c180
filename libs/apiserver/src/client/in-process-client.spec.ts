import { beforeAll, describe, expect, it } from '@jest/globals'
import { configMaps, deployments, serviceAccounts, type ConfigMap, type Deployment } from '@knative-ts/api/kubernetes'
import type { KubeClient, WatchEvent } from '@knative-ts/kube'
import { serverOfSuite } from '../suite-server.fixture.ts'

const map = (name: string, data: Record<string, string> = { a: 'b' }): ConfigMap => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'default' },
  data
})
const key = (name: string) => ({ namespace: 'default', name })

describe('client inside the process', () => {
  const server = serverOfSuite()
  let client: KubeClient
  beforeAll(async () => {
    client = server.api.clientFor(server.api.admin, 'spec')
  })

  it('creates, reads, updates, patches and deletes', async () => {
    const made = await client.create(configMaps, map('one'))
    expect(made.metadata.managedFields).toMatchObject([{ manager: 'spec', operation: 'Update' }])
    const updated = await client.update(configMaps, { ...made, data: { a: 'c' } })
    await expect(client.update(configMaps, { ...made, data: { a: 'd' } })).rejects.toMatchObject({ code: 409, reason: 'Conflict' })
    expect((await client.patch(configMaps, key('one'), { type: 'merge', body: { data: { e: 'f' } } })).data).toEqual({ a: 'c', e: 'f' })
    expect(updated.metadata.resourceVersion).not.toBe(made.metadata.resourceVersion)
    await client.delete(configMaps, key('one'))
    await expect(client.get(configMaps, key('one'))).rejects.toMatchObject({ code: 404 })
  })

  it('leaves the objects of its caller alone', async () => {
    const mine = {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'd', namespace: 'default' },
      spec: {
        selector: { matchLabels: { a: 'b' } },
        template: { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'c', image: 'i' }] } }
      }
    } as Deployment
    const before = structuredClone(mine)
    await client.create(deployments, mine)
    expect(mine).toEqual(before)
    const read = await client.get(deployments, key('d'))
    const shared = structuredClone(read)
    await client.patch(deployments, key('d'), { type: 'strategic', body: { spec: { replicas: 3 } } })
    await client.updateStatus(deployments, { ...(await client.get(deployments, key('d'))), status: { replicas: 3 } })
    expect(read).toEqual(shared)
    const scaled = await client.patch(deployments, key('d'), { type: 'merge', body: { spec: { replicas: 5 } } }, { subresource: 'scale' })
    expect(scaled).toMatchObject({ kind: 'Scale', spec: { replicas: 5 } })
  })

  it('reads of each object whom it belongs to, when it is asked for no more', async () => {
    const owner = { apiVersion: 'v1', kind: 'ConfigMap', name: 'somebody', uid: 'u-1' }
    const owned = map('owned')
    await client.create(configMaps, { ...owned, metadata: { ...owned.metadata, labels: { a: 'b' }, ownerReferences: [owner] } })
    const { items, resourceVersion } = await client.list(configMaps, { namespace: 'default', part: 'ownership' })
    const listed = items.find(({ metadata }) => metadata.name === 'owned')
    expect(listed).toEqual({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: {
        name: 'owned',
        namespace: 'default',
        uid: expect.any(String),
        resourceVersion: expect.any(String),
        ownerReferences: [owner]
      }
    })
    const stopping = new AbortController()
    const seen: unknown[] = []
    const watching = (async () => {
      const selection = { namespace: 'default', part: 'ownership', resourceVersion, signal: stopping.signal } as const
      for await (const event of client.watch(configMaps, selection)) {
        if (event.type !== 'BOOKMARK') seen.push({ type: event.type, metadata: event.object.metadata })
        if (seen.length === 2) stopping.abort()
      }
    })()
    const patched = await client.patch(configMaps, key('owned'), { type: 'merge', body: { metadata: { finalizers: ['a.b/c'] } } })
    await client.delete(configMaps, key('owned'))
    await watching
    const written = { ...listed?.metadata, finalizers: ['a.b/c'], resourceVersion: patched.metadata.resourceVersion }
    expect(seen).toEqual([
      { type: 'MODIFIED', metadata: written },
      { type: 'MODIFIED', metadata: { ...written, resourceVersion: expect.any(String), deletionTimestamp: expect.any(String) } }
    ])
    await client.patch(configMaps, key('owned'), { type: 'merge', body: { metadata: { finalizers: null } } })
  })

  it('watches from where a list ended, and stops when told', async () => {
    const { resourceVersion } = await client.list(configMaps, { namespace: 'default' })
    const stopping = new AbortController()
    const seen: string[] = []
    const watching = (async () => {
      for await (const event of client.watch(configMaps, { namespace: 'default', resourceVersion, signal: stopping.signal })) {
        if (event.type !== 'BOOKMARK')
          seen.push(`${event.type} ${(event as Exclude<WatchEvent<ConfigMap>, { type: 'BOOKMARK' }>).object.metadata.name}`)
        if (seen.length === 3) stopping.abort()
      }
    })()
    await client.create(configMaps, map('watched'))
    await client.patch(configMaps, key('watched'), { type: 'apply', body: map('watched', { z: 'y' }) }, { fieldManager: 'other' })
    await client.delete(configMaps, key('watched'))
    await watching
    expect(seen).toEqual(['ADDED watched', 'MODIFIED watched', 'DELETED watched'])
  })

  it('throws what a server would send as an ERROR event', async () => {
    const watching = client.watch(configMaps, { resourceVersion: '-1', signal: new AbortController().signal })[Symbol.asyncIterator]()
    await expect(watching.next()).rejects.toMatchObject({ code: 410 })
  })

  it('may do what its user may, and no more', async () => {
    const weak = server.api.clientFor({ name: 'weak', groups: ['system:authenticated'] })
    await expect(weak.list(configMaps)).rejects.toMatchObject({
      code: 403,
      message: 'configmaps is forbidden: User "weak" cannot list resource "configmaps" in API group "" at the cluster scope'
    })
  })

  it('reaches what the typed calls do not', async () => {
    await client.create(serviceAccounts, { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'robot', namespace: 'default' } })
    const answer = await client.raw({
      method: 'POST',
      path: '/api/v1/namespaces/default/serviceaccounts/robot/token',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ spec: { expirationSeconds: 600 } })
    })
    expect(answer.status).toBe(201)
    expect(JSON.parse(answer.body).status.token).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/)
    expect((await client.raw({ method: 'GET', path: '/version' })).status).toBe(200)
  })
})
