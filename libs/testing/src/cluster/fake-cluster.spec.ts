import { describe, expect, it } from '@jest/globals'
import { deployments, pods } from '@knative-ts/api/kubernetes'
import { isConflict, isExpired, isNotFound, type WatchEvent } from '@knative-ts/kube'
import type { KubeObject } from '@knative-ts/api'
import { deployment, pod, readyPod } from '../builders/kubernetes.ts'
import { settle } from '../virtual-clock.ts'
import { fakeCluster } from './fake-cluster.ts'

const key = { namespace: 'default', name: 'hello' }

describe('a fake cluster', () => {
  it('refuses an update from a stale version', async () => {
    const cluster = fakeCluster({ objects: [deployment()] })
    const read = await cluster.client.get(deployments, key)
    await cluster.client.update(deployments, { ...read, spec: { ...read.spec!, replicas: 2 } })
    const second = cluster.client.update(deployments, { ...read, spec: { ...read.spec!, replicas: 3 } })
    expect(isConflict(await second.catch((error: unknown) => error))).toBe(true)
    expect(cluster.find(deployments, key)?.spec?.replicas).toBe(2)
  })

  it('raises the generation for the spec alone, and keeps spec and status apart', async () => {
    const cluster = fakeCluster({ objects: [deployment()] })
    const read = await cluster.client.get(deployments, key)
    const status = await cluster.client.updateStatus(deployments, {
      ...read,
      spec: { ...read.spec!, replicas: 9 },
      status: { replicas: 1 }
    })
    expect(status).toMatchObject({ metadata: { generation: 1 }, spec: { replicas: 1 }, status: { replicas: 1 } })
    const spec = await cluster.client.update(deployments, { ...status, spec: { ...read.spec!, replicas: 9 }, status: { replicas: 5 } })
    expect(spec).toMatchObject({ metadata: { generation: 2 }, spec: { replicas: 9 }, status: { replicas: 1 } })
  })

  it('does not store a write that changes nothing', async () => {
    const cluster = fakeCluster({ objects: [deployment()] })
    const read = await cluster.client.get(deployments, key)
    const written = await cluster.client.update(deployments, read)
    expect(written.metadata.resourceVersion).toBe(read.metadata.resourceVersion)
    expect(cluster.writes).toMatchObject([{ verb: 'update', effective: false }])
  })

  it('removes a pod on a node only at grace 0', async () => {
    const cluster = fakeCluster({ objects: [readyPod(), pod({ metadata: { name: 'free' } })] })
    await cluster.client.delete(pods, { namespace: 'default', name: 'free' })
    await cluster.client.delete(pods, { namespace: 'default', name: 'hello-1' })
    expect(cluster.all(pods)).toMatchObject([{ metadata: { name: 'hello-1', deletionGracePeriodSeconds: 30 } }])
    await cluster.client.delete(pods, { namespace: 'default', name: 'hello-1' }, { gracePeriodSeconds: 0 })
    expect(cluster.all(pods)).toEqual([])
  })

  it('collects what a deleted owner leaves behind, when asked to', async () => {
    const owner = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'hello', uid: 'uid-deployment-hello' }
    const cluster = fakeCluster({ objects: [deployment(), pod({ metadata: { ownerReferences: [owner] } })], garbageCollection: true })
    await cluster.client.delete(deployments, key)
    expect(cluster.all(pods)).toEqual([])
  })

  it('fails the calls that it was told to fail', async () => {
    const cluster = fakeCluster({ objects: [deployment()] })
    cluster.fail({ verb: 'get', resource: deployments, nth: 2, error: 'NotFound' })
    await cluster.client.get(deployments, key)
    const second: unknown = await cluster.client.get(deployments, key).catch((error: unknown) => error)
    expect(isNotFound(second)).toBe(true)
    await cluster.client.get(deployments, key)
  })

  it('shows a watch what enters, changes in and leaves its selection', async () => {
    const cluster = fakeCluster({ objects: [pod()] })
    const stop = new AbortController()
    const seen: string[] = []
    const { resourceVersion } = await cluster.client.list(pods)
    const watching = (async () => {
      const events: AsyncIterable<WatchEvent<KubeObject>> = cluster.client.watch(pods, {
        labelSelector: 'app=hello',
        resourceVersion,
        signal: stop.signal
      })
      for await (const event of events) if (event.type !== 'BOOKMARK') seen.push(`${event.type} ${event.object.metadata.name}`)
    })()
    cluster.put(pod({ metadata: { name: 'b' } }))
    cluster.put(pod({ metadata: { name: 'b', labels: { app: 'hello', more: 'yes' } } }))
    cluster.put(pod({ metadata: { name: 'b', labels: { app: 'other' } } }))
    cluster.put(pod({ metadata: { name: 'c', labels: { app: 'other' } } }))
    await settle()
    stop.abort()
    await watching
    expect(seen).toEqual(['ADDED b', 'MODIFIED b', 'DELETED b'])
  })

  it('answers 410 to a watch from before its history', async () => {
    const cluster = fakeCluster({ objects: [pod()] })
    cluster.forgetHistory()
    const watch = async (): Promise<void> => {
      const events = cluster.client.watch(pods, { resourceVersion: '1', signal: AbortSignal.timeout(1000) })
      for await (const event of events) throw new Error(`unexpected ${event.type}`)
    }
    const error: unknown = await watch().catch((reason: unknown) => reason)
    expect(isExpired(error)).toBe(true)
  })
})
