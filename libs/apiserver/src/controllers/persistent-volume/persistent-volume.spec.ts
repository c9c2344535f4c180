import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import {
  events,
  persistentVolumeClaims,
  persistentVolumes,
  storageClasses,
  type PersistentVolume,
  type PersistentVolumeClaim,
  type PersistentVolumeClaimSpec,
  type PersistentVolumeSpec
} from '@knative-ts/api/kubernetes'
import { pod } from '@knative-ts/testing'
import { startLoops, type TestLoops } from '../start-loops.fixture.ts'
import { defaultStorageClass, LocalDirectories, localProvisioner } from './local-directories.ts'
import { persistentVolumeClaimLoop } from './persistent-volume-claim.reconciler.ts'
import { persistentVolumeLoop } from './persistent-volume.reconciler.ts'
import { claimProtectionLoop, volumeProtectionLoop } from './storage-protection.reconciler.ts'

const key = { namespace: 'default', name: 'data' }
let root: string
let world: TestLoops
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'volumes-'))
})
afterEach(async () => {
  await world.stop()
  rmSync(root, { recursive: true, force: true })
})

const claimOf = (spec: PersistentVolumeClaimSpec = {}, name = 'data'): PersistentVolumeClaim => ({
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  metadata: { name, namespace: 'default' },
  spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } }, ...spec }
})
const volumeOf = (name: string, storage: string, spec: PersistentVolumeSpec = {}): PersistentVolume => ({
  apiVersion: 'v1',
  kind: 'PersistentVolume',
  metadata: { name, uid: name, labels: { name } },
  spec: {
    capacity: { storage },
    accessModes: ['ReadWriteOnce'],
    hostPath: { path: '/somewhere' },
    persistentVolumeReclaimPolicy: 'Retain',
    ...spec
  }
})

async function run(claim: PersistentVolumeClaim, ...objects: Parameters<typeof startLoops>[1] & object): Promise<TestLoops> {
  const directories = new LocalDirectories(root)
  world = await startLoops(
    (context) => [
      persistentVolumeClaimLoop(context, directories),
      persistentVolumeLoop(context, directories),
      claimProtectionLoop(context),
      volumeProtectionLoop(context)
    ],
    objects
  )
  const isFree = ({ spec, status }: PersistentVolume) => spec?.claimRef?.uid !== undefined || status?.phase === 'Available'
  await world.until(() => world.all(persistentVolumes).every(isFree))
  await world.client.create(persistentVolumeClaims, claim)
  return world
}
const claim = () => world.find(persistentVolumeClaims, key)
const volume = (name: string) => world.find(persistentVolumes, { namespace: '', name })
const said = () => world.all(events).map(({ reason, message }) => `${reason}: ${message}`)

describe('a claim', () => {
  it('gets the smallest free volume that suits it, and both say so', async () => {
    await run(
      claimOf(),
      volumeOf('big', '10Gi'),
      volumeOf('tiny', '1Mi'),
      volumeOf('fits', '2Gi'),
      volumeOf('classy', '1Gi', { storageClassName: 'x' })
    )
    await world.until(() => claim()?.status?.phase === 'Bound')
    expect(claim()).toMatchObject({
      metadata: { annotations: { 'pv.kubernetes.io/bind-completed': 'yes', 'pv.kubernetes.io/bound-by-controller': 'yes' } },
      spec: { volumeName: 'fits' },
      status: { phase: 'Bound', accessModes: ['ReadWriteOnce'], capacity: { storage: '2Gi' } }
    })
    expect(volume('fits')).toMatchObject({
      metadata: { annotations: { 'pv.kubernetes.io/bound-by-controller': 'yes' } },
      spec: { claimRef: { kind: 'PersistentVolumeClaim', name: 'data', namespace: 'default', uid: claim()?.metadata.uid } },
      status: { phase: 'Bound' }
    })
    expect(volume('big')?.status?.phase).toBe('Available')
  })

  it.each<[string, PersistentVolumeClaimSpec, PersistentVolume, string | undefined]>([
    ['by label', { selector: { matchLabels: { name: 'other' } } }, volumeOf('v', '1Gi'), undefined],
    ['by mode', { accessModes: ['ReadWriteMany'] }, volumeOf('v', '1Gi'), undefined],
    ['by name', { volumeName: 'v' }, volumeOf('v', '5Gi'), 'v'],
    ['kept for it', {}, volumeOf('v', '5Gi', { claimRef: { namespace: 'default', name: 'data' } }), 'v'],
    ['kept for another', {}, volumeOf('v', '5Gi', { claimRef: { namespace: 'default', name: 'other' } }), undefined],
    ['of its class', { storageClassName: 'manual' }, volumeOf('v', '1Gi', { storageClassName: 'manual' }), 'v']
  ])('chooses %s', async (_, spec, one, chosen) => {
    await run(claimOf(spec), one)
    await world.until(() => claim()?.status?.phase === (chosen === undefined ? 'Pending' : 'Bound'))
    expect(claim()?.spec?.volumeName).toBe(chosen)
  })

  it.each<[string, PersistentVolumeClaimSpec, PersistentVolume[], string]>([
    ['nothing suits it', {}, [], 'FailedBinding: no persistent volumes available for this claim and no storage class is set'],
    ['its class is unknown', { storageClassName: 'no' }, [], 'ProvisioningFailed: storageclass.storage.k8s.io "no" not found'],
    [
      'the one it wants is too small',
      { volumeName: 'v' },
      [volumeOf('v', '1Mi')],
      'VolumeMismatch: Cannot bind to requested volume "v": requested PV is too small'
    ],
    [
      'the one it wants is taken',
      { volumeName: 'v' },
      [volumeOf('v', '1Gi', { claimRef: { namespace: 'default', name: 'x', uid: 'x' } })],
      'FailedBinding: volume "v" already bound to a different claim.'
    ]
  ])('says why it waits: %s', async (_, spec, volumes, message) => {
    await run(claimOf(spec), ...volumes)
    expect(await world.until(() => said().find((text) => text === message))).toBe(message)
    await world.until(() => claim()?.status?.phase === 'Pending')
  })

  it('of the default class gets a directory of its own, which goes with it', async () => {
    await run(claimOf({ storageClassName: 'standard' }), { ...defaultStorageClass })
    await world.until(() => claim()?.status?.phase === 'Bound')
    const made = volume(`pvc-${claim()?.metadata.uid}`)
    const path = made?.spec?.hostPath?.path ?? ''
    expect(made).toMatchObject({
      metadata: { annotations: { 'pv.kubernetes.io/provisioned-by': localProvisioner } },
      spec: { storageClassName: 'standard', persistentVolumeReclaimPolicy: 'Delete', capacity: { storage: '1Gi' } },
      status: { phase: 'Bound' }
    })
    expect(statSync(path).mode & 0o777).toBe(0o777)
    expect(claim()?.metadata.annotations?.['volume.kubernetes.io/storage-provisioner']).toBe(localProvisioner)
    writeFileSync(join(path, 'kept'), 'x')
    await world.client.delete(persistentVolumeClaims, key)
    await world.until(() => volume(made?.metadata.name ?? '') === undefined)
    expect(existsSync(path)).toBe(false)
  })

  it('of a class that waits for a pod gets its volume when one comes', async () => {
    const late = { ...defaultStorageClass, metadata: { name: 'late' }, volumeBindingMode: 'WaitForFirstConsumer' }
    await run(claimOf({ storageClassName: 'late' }), late)
    await world.until(() => said().includes('WaitForFirstConsumer: waiting for first consumer to be created before binding'))
    expect(world.all(persistentVolumes)).toEqual([])
    world.put(pod({ spec: { containers: [], volumes: [{ name: 'd', persistentVolumeClaim: { claimName: 'data' } }] } }))
    await world.until(() => claim()?.status?.phase === 'Bound')
    expect(claim()?.spec?.volumeName).toBe(`pvc-${claim()?.metadata.uid}`)
  })

  it('without a class gets the default that comes later', async () => {
    await run(claimOf())
    await world.until(() => said().length > 0)
    await world.client.create(storageClasses, defaultStorageClass)
    await world.until(() => claim()?.status?.phase === 'Bound')
    expect(claim()?.spec?.storageClassName).toBe('standard')
  })

  it('whose volume goes is lost', async () => {
    await run(claimOf(), volumeOf('v', '1Gi'))
    await world.until(() => claim()?.status?.phase === 'Bound')
    world.remove(volume('v')!)
    await world.until(() => claim()?.status?.phase === 'Lost')
    expect(claim()?.status?.capacity).toBeUndefined()
    await world.until(() => said().includes('ClaimLost: Bound claim has lost its PersistentVolume. Data on the volume is lost!'))
  })
})

describe('a volume whose claim has gone', () => {
  it.each<[string, string, string | undefined]>([
    ['Retain', 'Released', undefined],
    ['Delete', 'Failed', 'error getting deleter volume plugin for volume "v": no deletable volume plugin matched'],
    ['Recycle', 'Failed', 'No recycler plugin found for the volume!']
  ])('by policy %s is %s', async (persistentVolumeReclaimPolicy, phase, message) => {
    await run(claimOf(), volumeOf('v', '1Gi', { persistentVolumeReclaimPolicy }))
    await world.until(() => claim()?.status?.phase === 'Bound')
    await world.client.delete(persistentVolumeClaims, key)
    await world.until(() => volume('v')?.status?.phase === phase)
    expect(volume('v')?.status?.message).toBe(message)
  })

  it('is never removed outside the directory of volumes', async () => {
    const directories = new LocalDirectories(root)
    const outside = volumeOf('v', '1Gi', { hostPath: { path: join(root, '..', 'pvc-x') } })
    await expect(directories.remove(outside)).rejects.toThrow('remove it by hand')
    await run(claimOf())
  })
})

describe('protection', () => {
  it('keeps a claim while a pod on a node uses it, and a volume while it is bound', async () => {
    const protectedClaim = claimOf()
    protectedClaim.metadata = { ...protectedClaim.metadata, finalizers: ['kubernetes.io/pvc-protection'] }
    const one = volumeOf('v', '1Gi')
    one.metadata = { ...one.metadata, finalizers: ['kubernetes.io/pv-protection'] }
    const user = pod({ spec: { nodeName: 'n', containers: [], volumes: [{ name: 'd', persistentVolumeClaim: { claimName: 'data' } }] } })
    await run(protectedClaim, one, user)
    await world.until(() => claim()?.status?.phase === 'Bound')
    await world.client.delete(persistentVolumeClaims, key)
    await world.client.delete(persistentVolumes, { namespace: '', name: 'v' })
    await world.clock.advance(1000)
    expect([claim()?.metadata.finalizers, volume('v')?.metadata.finalizers]).toEqual([
      ['kubernetes.io/pvc-protection'],
      ['kubernetes.io/pv-protection']
    ])
    world.remove(user)
    await world.until(() => claim() === undefined && volume('v') === undefined)
  })
})
