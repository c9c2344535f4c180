import { afterEach, describe, expect, it } from '@jest/globals'
import {
  controllerRevisions,
  events,
  persistentVolumeClaims,
  pods,
  statefulSets,
  type PersistentVolumeClaim,
  type Pod,
  type StatefulSet,
  type StatefulSetSpec
} from '@knative-ts/api/kubernetes'
import { readyPod } from '@knative-ts/testing'
import { startLoops, type TestLoops } from '../start-loops.fixture.ts'
import { statefulSetLoop } from './stateful-set.reconciler.ts'

let world: TestLoops | undefined
afterEach(async () => {
  await world?.stop()
  world = undefined
})

const key = { namespace: 'default', name: 'web' }
const image = (name: string) => ({ metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'main', image: name }] } })
const statefulSet = (spec: Partial<StatefulSetSpec> = {}): StatefulSet => ({
  apiVersion: 'apps/v1',
  kind: 'StatefulSet',
  metadata: { name: 'web', namespace: 'default' },
  spec: { replicas: 3, serviceName: 'web', selector: { matchLabels: { app: 'web' } }, template: image('one'), ...spec }
})

async function run(spec: Partial<StatefulSetSpec> = {}): Promise<TestLoops> {
  world = await startLoops((context) => [statefulSetLoop(context)])
  await world.client.create(statefulSets, statefulSet(spec))
  return world
}
const names = (at: TestLoops): string =>
  at
    .pods()
    .map(({ metadata }) => metadata.name)
    .join()
const podAt = (at: TestLoops, ordinal: number): Pod | undefined => at.find(pods, { namespace: 'default', name: `web-${ordinal}` })
const imageAt = (at: TestLoops, ordinal: number): string | undefined => podAt(at, ordinal)?.spec?.containers[0]?.image
const makeReady = (at: TestLoops, ordinal: number): void => at.report(podAt(at, ordinal)!, readyPod().status!)
const status = (at: TestLoops) => at.find(statefulSets, key)?.status
async function grown(at: TestLoops, count = 3): Promise<void> {
  for (let ordinal = 0; ordinal < count; ordinal++) {
    await at.until(() => podAt(at, ordinal))
    makeReady(at, ordinal)
  }
  await at.until(() => status(at)?.availableReplicas === count)
}
const roll = (at: TestLoops, to: string, strategy: object = {}) =>
  at.client.patch(statefulSets, key, { type: 'merge', body: { spec: { template: image(to), updateStrategy: strategy } } })

describe('a StatefulSet', () => {
  it('starts its pods one after the other, each with its name, host name and claim', async () => {
    const at = await run({
      volumeClaimTemplates: [
        { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name: 'disk' }, spec: { accessModes: ['ReadWriteOnce'] } }
      ]
    })
    await at.until(() => names(at) === 'web-0')
    await at.clock.advance(60_000)
    expect(names(at)).toBe('web-0')
    expect(podAt(at, 0)).toMatchObject({
      metadata: { labels: { 'statefulset.kubernetes.io/pod-name': 'web-0', 'apps.kubernetes.io/pod-index': '0' } },
      spec: { hostname: 'web-0', subdomain: 'web', volumes: [{ name: 'disk', persistentVolumeClaim: { claimName: 'disk-web-0' } }] }
    })
    expect(at.all(persistentVolumeClaims)).toMatchObject([{ metadata: { name: 'disk-web-0', labels: { app: 'web' } } }])
    await grown(at)
    expect(status(at)).toMatchObject({ replicas: 3, readyReplicas: 3, currentReplicas: 3, updatedReplicas: 3, collisionCount: 0 })
    expect(status(at)?.currentRevision).toBe(status(at)?.updateRevision)
    await at.until(() => at.all(events).some(({ message }) => message === 'create Pod web-2 in StatefulSet web successful'))
  })

  it('starts them together when told to', async () => {
    const at = await run({ podManagementPolicy: 'Parallel', ordinals: { start: 5 } })
    expect(await at.until(() => names(at) === 'web-5,web-6,web-7')).toBe(true)
  })

  it('shrinks from the highest on, and keeps the claims', async () => {
    const at = await run({
      volumeClaimTemplates: [
        { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name: 'disk' }, spec: { accessModes: ['ReadWriteOnce'] } }
      ]
    })
    await grown(at)
    at.forgetWrites()
    await at.client.patch(statefulSets, key, { type: 'merge', body: { spec: { replicas: 1 } } })
    await at.until(() => status(at)?.replicas === 1)
    expect(at.writes.filter(({ verb }) => verb === 'delete').map((write) => write.key.name)).toEqual(['web-2', 'web-1'])
    expect(at.all(persistentVolumeClaims)).toHaveLength(3)
  })

  it('rolls a new template from the highest down, waiting for each', async () => {
    const at = await run()
    await grown(at)
    await roll(at, 'two')
    for (const ordinal of [2, 1, 0]) {
      await at.until(() => imageAt(at, ordinal) === 'two')
      const left = [0, 1, 2].filter((other) => other < ordinal)
      expect(left.map((other) => imageAt(at, other))).toEqual(left.map(() => 'one'))
      makeReady(at, ordinal)
    }
    await at.until(() => status(at)?.currentRevision === status(at)?.updateRevision && status(at)?.updatedReplicas === 3)
    expect(
      at
        .all(controllerRevisions)
        .map(({ revision }) => revision)
        .sort()
    ).toEqual([1, 2])
    await roll(at, 'one')
    await at.until(() => at.all(controllerRevisions).some(({ revision }) => revision === 3))
    expect(at.all(controllerRevisions)).toHaveLength(2)
  })

  it('leaves what is below the partition as it was, also when it comes anew', async () => {
    const at = await run()
    await grown(at)
    await roll(at, 'two', { type: 'RollingUpdate', rollingUpdate: { partition: 2 } })
    await at.until(() => imageAt(at, 2) === 'two')
    makeReady(at, 2)
    await at.until(() => status(at)?.updatedReplicas === 1 && status(at)?.readyReplicas === 3)
    const before = podAt(at, 0)!.metadata.uid
    await at.client.delete(pods, { namespace: 'default', name: 'web-0' })
    await at.until(() => podAt(at, 0) !== undefined && podAt(at, 0)?.metadata.uid !== before)
    expect([0, 1, 2].map((ordinal) => imageAt(at, ordinal))).toEqual(['one', 'one', 'two'])
  })

  it('with OnDelete waits until somebody deletes a pod', async () => {
    const at = await run({ updateStrategy: { type: 'OnDelete' } })
    await grown(at)
    await roll(at, 'two')
    await at.until(() => status(at)?.currentRevision !== status(at)?.updateRevision)
    await at.clock.advance(60_000)
    expect(imageAt(at, 2)).toBe('one')
    await at.client.delete(pods, { namespace: 'default', name: 'web-1' })
    expect(await at.until(() => imageAt(at, 1) === 'two')).toBe(true)
  })

  it('replaces a pod that has ended', async () => {
    const at = await run({ replicas: 1 })
    await grown(at, 1)
    const before = podAt(at, 0)!.metadata.uid
    at.report(podAt(at, 0)!, { phase: 'Failed' })
    await at.until(() => podAt(at, 0) !== undefined && podAt(at, 0)?.metadata.uid !== before)
    expect(names(at)).toBe('web-0')
  })

  it('gives claims to those with whom they shall go', async () => {
    const claim: PersistentVolumeClaim = {
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: { name: 'data' },
      spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Mi' } } }
    }
    const at = await run({
      replicas: 2,
      podManagementPolicy: 'Parallel',
      volumeClaimTemplates: [claim],
      persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Delete', whenScaled: 'Delete' }
    })
    const owners = (ordinal: number) =>
      at
        .find(persistentVolumeClaims, { namespace: 'default', name: `data-web-${ordinal}` })
        ?.metadata.ownerReferences?.map(({ kind }) => kind)
    await at.until(() => owners(0)?.[0] === 'StatefulSet' && owners(1)?.[0] === 'StatefulSet')
    const last = podAt(at, 1)!
    at.put({ ...last, metadata: { ...last.metadata, finalizers: ['example.com/hold'] } })
    await at.client.patch(statefulSets, key, { type: 'merge', body: { spec: { replicas: 1 } } })
    await at.until(() => owners(1)?.[0] === 'Pod')
    expect(owners(0)).toEqual(['StatefulSet'])
    await at.client.patch(statefulSets, key, {
      type: 'merge',
      body: { spec: { persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain' } } }
    })
    await at.until(() => owners(0)?.length === 0)
  })
})
