/** What to do for one PersistentVolume: pure. Rules: `syncVolume` of 1.34. */
import type { PersistentVolume, PersistentVolumeClaim } from '@knative-ts/api/kubernetes'

export const provisionedBy = 'pv.kubernetes.io/provisioned-by'
export const boundByController = 'pv.kubernetes.io/bound-by-controller'

export type VolumePlan =
  | { readonly kind: 'phase'; readonly phase: 'Available' | 'Bound' | 'Released' }
  /** The claim's own pass binds it. */
  | { readonly kind: 'wait' }
  /** Its claim has another volume: it is free again; one that was kept for the claim by hand stays kept. */
  | { readonly kind: 'unbind' }
  /** Released, and its policy wants it gone. */
  | { readonly kind: 'delete' }
  | { readonly kind: 'fail'; readonly reason: string; readonly message: string }

/** `claim`: the one that the volume names, by namespace and name. */
export function planVolume(volume: PersistentVolume, claim: PersistentVolumeClaim | undefined): VolumePlan {
  const reference = volume.spec?.claimRef
  if (reference === undefined || !reference.uid) return { kind: 'phase', phase: 'Available' }
  if (claim === undefined || claim.metadata.uid !== reference.uid) return reclaim(volume)
  const bound = claim.spec?.volumeName ?? ''
  if (bound === '') return { kind: 'wait' }
  if (bound === volume.metadata.name) return { kind: 'phase', phase: 'Bound' }
  if (volume.metadata.annotations?.[provisionedBy] !== undefined && policyOf(volume) === 'Delete') return reclaim(volume)
  return { kind: 'unbind' }
}

function reclaim(volume: PersistentVolume): VolumePlan {
  const { phase } = volume.status ?? {}
  if (phase !== 'Released' && phase !== 'Failed') return { kind: 'phase', phase: 'Released' }
  switch (policyOf(volume)) {
    case 'Retain':
      return { kind: 'phase', phase: 'Released' }
    case 'Delete':
      return { kind: 'delete' }
    case 'Recycle':
      return { kind: 'fail', reason: 'VolumeFailedRecycle', message: 'No recycler plugin found for the volume!' }
    default:
      return { kind: 'fail', reason: 'VolumeUnknownReclaimPolicy', message: 'Volume has unrecognized PersistentVolumeReclaimPolicy' }
  }
}

const policyOf = ({ spec }: PersistentVolume): string => spec?.persistentVolumeReclaimPolicy ?? 'Retain'
