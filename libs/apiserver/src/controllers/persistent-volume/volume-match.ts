/** Which volume suits a claim: pure. Rules: `FindMatchingVolume` and `checkVolumeSatisfyClaim` of 1.34. */
import type { PersistentVolume, PersistentVolumeClaim } from '@knative-ts/api/kubernetes'
import { selectorOf } from '@knative-ts/kube'
import { quantityValue } from '../../builtin/quantity.ts'

const oldClass = 'volume.beta.kubernetes.io/storage-class'

/** '' when none is asked for. */
export function classOf({ metadata, spec }: PersistentVolumeClaim | PersistentVolume): string {
  return metadata.annotations?.[oldClass] ?? (spec as { storageClassName?: string } | undefined)?.storageClassName ?? ''
}

/** Whether the volume says that it is this claim's: by name, and by uid where it has one. */
export function isMeantFor(volume: PersistentVolume, claim: PersistentVolumeClaim): boolean {
  const reference = volume.spec?.claimRef
  if (reference === undefined || reference.name !== claim.metadata.name || reference.namespace !== claim.metadata.namespace) return false
  return !reference.uid || reference.uid === claim.metadata.uid
}

/** Why a volume cannot be the claim's; undefined when it can. */
export function mismatch(volume: PersistentVolume, claim: PersistentVolumeClaim): string | undefined {
  if (volume.metadata.deletionTimestamp !== undefined) return `the volume is marked for deletion ${JSON.stringify(volume.metadata.name)}`
  if (sizeOf(volume) < requestOf(claim)) return 'requested PV is too small'
  if (classOf(volume) !== classOf(claim)) return 'storageClassName does not match'
  if ((claim.spec?.volumeAttributesClassName ?? '') !== (volume.spec?.volumeAttributesClassName ?? ''))
    return 'volumeAttributesClassName does not match'
  if (modeOf(volume) !== modeOf(claim)) return 'incompatible volumeMode'
  if (!hasModes(volume, claim)) return 'incompatible accessMode'
  return undefined
}

/** The volume that is kept for the claim, else the smallest free one that suits it. `onlyKept`: no other is wanted yet. */
export function bestMatch(
  claim: PersistentVolumeClaim,
  volumes: readonly PersistentVolume[],
  onlyKept: boolean
): PersistentVolume | undefined {
  const suits = (volume: PersistentVolume): boolean =>
    volume.metadata.deletionTimestamp === undefined &&
    sizeOf(volume) >= requestOf(claim) &&
    modeOf(volume) === modeOf(claim) &&
    hasModes(volume, claim)
  const kept = volumes.find((volume) => isMeantFor(volume, claim) && suits(volume))
  if (kept !== undefined || onlyKept) return kept
  const selects = claim.spec?.selector === undefined ? () => true : selectorOf(claim.spec.selector)
  const free = volumes.filter(
    (volume) =>
      volume.spec?.claimRef === undefined &&
      volume.status?.phase === 'Available' &&
      mismatch(volume, claim) === undefined &&
      selects(volume.metadata.labels)
  )
  return free.sort((a, b) => sizeOf(a) - sizeOf(b) || (String(a.metadata.name) < String(b.metadata.name) ? -1 : 1))[0]
}

const sizeOf = ({ spec }: PersistentVolume): number => quantityValue(spec?.capacity?.['storage'] ?? '0')
const requestOf = ({ spec }: PersistentVolumeClaim): number => quantityValue(spec?.resources?.requests?.['storage'] ?? '0')
const modeOf = ({ spec }: PersistentVolume | PersistentVolumeClaim): string => spec?.volumeMode ?? 'Filesystem'

const hasModes = (volume: PersistentVolume, claim: PersistentVolumeClaim): boolean =>
  (claim.spec?.accessModes ?? []).every((mode) => volume.spec?.accessModes?.includes(mode))
