import { afterEach, describe, expect, it } from '@jest/globals'
import { events, persistentVolumeClaims, pods, type PersistentVolumeClaim, type Pod } from '@knative-ts/api/kubernetes'
import { startLoops, type TestLoops } from '../start-loops.fixture.ts'
import { ephemeralVolumeLoop } from './ephemeral-volume.reconciler.ts'

let world: TestLoops | undefined
afterEach(async () => {
  await world?.stop()
  world = undefined
})

const spec = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Mi' } } }
const volumeClaimTemplate = { metadata: { labels: { a: 'b' }, annotations: { c: 'd' } }, spec }
const pod: Pod = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'p', namespace: 'default' },
  spec: {
    containers: [{ name: 'main' }],
    volumes: [
      { name: 'tmp', emptyDir: {} },
      { name: 'data', ephemeral: { volumeClaimTemplate } }
    ]
  }
}
const key = { namespace: 'default', name: 'p-data' }
const foreign: PersistentVolumeClaim = { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { ...key }, spec }
const start = async (...objects: PersistentVolumeClaim[]): Promise<TestLoops> =>
  (world = await startLoops((context) => [ephemeralVolumeLoop(context)], objects))
const claim = (at: TestLoops) => at.find(persistentVolumeClaims, key)
const told = (at: TestLoops) => at.all(events).map(({ type, reason, message }) => [type, reason, message])

describe('an ephemeral volume', () => {
  it('gets a claim of the pod, made as its template says', async () => {
    const at = await start()
    const { metadata } = await at.client.create(pods, pod)
    await at.until(() => claim(at))
    expect(at.all(persistentVolumeClaims)).toMatchObject([
      {
        metadata: {
          name: 'p-data',
          labels: { a: 'b' },
          annotations: { c: 'd' },
          ownerReferences: [
            { apiVersion: 'v1', kind: 'Pod', name: 'p', uid: metadata.uid ?? '', controller: true, blockOwnerDeletion: true }
          ]
        },
        spec
      }
    ])
    await at.client.delete(persistentVolumeClaims, key)
    await at.until(() => claim(at))
    expect(told(at)).toEqual([])
  })

  it('waits while there is a claim of that name that is not the pod’s', async () => {
    const at = await start(foreign)
    await at.client.create(pods, pod)
    await at.until(() => told(at).length > 0)
    const message = 'ephemeral volume data: PVC default/p-data was not created for pod default/p (pod is not owner)'
    expect(told(at)).toEqual([['Warning', 'FailedBinding', message]])
    expect(claim(at)?.metadata.ownerReferences).toBeUndefined()
    await at.client.delete(persistentVolumeClaims, key)
    expect((await at.until(() => claim(at))).metadata.ownerReferences).toHaveLength(1)
  })

  it('whose claim the server refuses is tried again', async () => {
    const at = await start()
    at.fail({ verb: 'create', resource: persistentVolumeClaims, times: 1, error: 'Forbidden' })
    await at.client.create(pods, pod)
    await at.until(() => claim(at))
    expect(told(at)).toMatchObject([['Warning', 'FailedBinding', expect.stringMatching(/^ephemeral volume data: create PVC p-data: /)]])
  })

  it('of a pod on its way out gets no claim', async () => {
    const at = await start()
    at.put({ ...pod, metadata: { ...pod.metadata, deletionTimestamp: '2030-01-01T00:00:00Z', finalizers: ['example.com/held'] } })
    await at.clock.advance(1_000)
    expect(claim(at)).toBeUndefined()
  })
})
