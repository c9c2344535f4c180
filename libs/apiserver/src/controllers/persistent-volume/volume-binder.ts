/** Ties a volume and a claim to each other: the volume first, so that a crash in between leaves a claim that finds its volume again. */
import type { PersistentVolume, PersistentVolumeClaim, PersistentVolumeClaimStatus } from '@knative-ts/api/kubernetes'
import { persistentVolumeClaims, persistentVolumes } from '@knative-ts/api/kubernetes'
import type { KubeClient } from '@knative-ts/kube'
import { writeStatus } from '../write-status.ts'
import { bindCompleted } from './claim.plan.ts'
import { boundByController } from './volume.plan.ts'

/** Each step writes only what is not so yet. Rejects with a conflict when somebody else wrote meanwhile. */
export async function bind(client: KubeClient, volume: PersistentVolume, claim: PersistentVolumeClaim): Promise<void> {
  const claimed = await claimVolume(client, volume, claim)
  await setVolumePhase(client, claimed, { phase: 'Bound' })
  const bound = await nameVolume(client, volume, claim)
  const { capacity, accessModes } = volume.spec ?? {}
  const vac = volume.spec?.volumeAttributesClassName
  await setClaimStatus(client, bound, {
    phase: 'Bound',
    ...(accessModes === undefined ? {} : { accessModes }),
    ...(capacity === undefined ? {} : { capacity }),
    ...(vac === undefined ? {} : { currentVolumeAttributesClassName: vac })
  })
}

/** Takes the volume from its claim. One that was kept for the claim by hand stays kept for it. */
export async function unbind(client: KubeClient, volume: PersistentVolume): Promise<void> {
  const { [boundByController]: byUs, ...annotations } = volume.metadata.annotations ?? {}
  const { claimRef: { uid: _uid, ...kept } = {}, ...spec } = volume.spec ?? {}
  const next = await client.update(persistentVolumes, {
    ...volume,
    metadata: { ...volume.metadata, annotations },
    spec: byUs === undefined ? { ...spec, claimRef: kept } : spec
  })
  await setVolumePhase(client, next, { phase: 'Available' })
}

export async function setVolumePhase(
  client: KubeClient,
  volume: PersistentVolume,
  wanted: { readonly phase: string; readonly message?: string }
): Promise<void> {
  const { message: _message, ...before } = volume.status ?? {}
  const status = { ...before, ...wanted }
  await writeStatus(client, persistentVolumes, volume, status)
}

/** What is said of capacity, modes and class is replaced; conditions stay. */
export async function setClaimStatus(
  client: KubeClient,
  claim: PersistentVolumeClaim,
  wanted: Pick<PersistentVolumeClaimStatus, 'phase' | 'accessModes' | 'capacity' | 'currentVolumeAttributesClassName'>
): Promise<void> {
  const { phase: _p, accessModes: _a, capacity: _c, currentVolumeAttributesClassName: _v, ...rest } = claim.status ?? {}
  const status = { ...rest, ...wanted }
  await writeStatus(client, persistentVolumeClaims, claim, status)
}

async function claimVolume(client: KubeClient, volume: PersistentVolume, claim: PersistentVolumeClaim): Promise<PersistentVolume> {
  const { namespace = '', name = '', uid = '', resourceVersion = '' } = claim.metadata
  const known = volume.spec?.claimRef
  if (known?.uid === uid) return volume
  const claimRef = { ...known, kind: 'PersistentVolumeClaim', apiVersion: 'v1', namespace, name, uid, resourceVersion }
  const marks = known === undefined ? { annotations: { ...volume.metadata.annotations, [boundByController]: 'yes' } } : {}
  return client.update(persistentVolumes, { ...volume, metadata: { ...volume.metadata, ...marks }, spec: { ...volume.spec, claimRef } })
}

async function nameVolume(client: KubeClient, volume: PersistentVolume, claim: PersistentVolumeClaim): Promise<PersistentVolumeClaim> {
  const volumeName = volume.metadata.name ?? ''
  const named = claim.spec?.volumeName === volumeName
  if (named && claim.metadata.annotations?.[bindCompleted] !== undefined) return claim
  const annotations = { ...claim.metadata.annotations, [bindCompleted]: 'yes', ...(named ? {} : { [boundByController]: 'yes' }) }
  return client.update(persistentVolumeClaims, {
    ...claim,
    metadata: { ...claim.metadata, annotations },
    spec: { ...claim.spec, volumeName }
  })
}
