/** What to do for one PersistentVolumeClaim: pure. Rules and words: `k8s.io/kubernetes/pkg/controller/volume/persistentvolume` of 1.34. */
import type { PersistentVolume, PersistentVolumeClaim, StorageClass } from '@knative-ts/api/kubernetes'
import { bestMatch, classOf, isMeantFor, mismatch } from './volume-match.ts'

export const bindCompleted = 'pv.kubernetes.io/bind-completed'
export const selectedNode = 'volume.kubernetes.io/selected-node'
const defaultMark = 'storageclass.kubernetes.io/is-default-class'

export interface Told {
  readonly type: 'Normal' | 'Warning'
  readonly reason: string
  readonly message: string
}

export type ClaimPlan =
  | { readonly kind: 'bind'; readonly volume: PersistentVolume }
  /** A provisioner must make a volume. */
  | { readonly kind: 'provision'; readonly storageClass: StorageClass }
  /** Stays Pending. */
  | { readonly kind: 'wait'; readonly told?: Told }
  /** What it was bound to is not there any more, for good. */
  | { readonly kind: 'lost'; readonly told: Told }
  /** The claim names no class, and a default has come meanwhile. */
  | { readonly kind: 'classify'; readonly className: string }

export interface ClaimWorld {
  readonly volumes: readonly PersistentVolume[]
  readonly classes: readonly StorageClass[]
  /** Names of pods without a node that use the claim. */
  readonly waitingPods: readonly string[]
}

export function planClaim(claim: PersistentVolumeClaim, world: ClaimWorld): ClaimPlan {
  const { volumeName = '' } = claim.spec ?? {}
  const volume = world.volumes.find(({ metadata }) => metadata.name === volumeName)
  if (claim.metadata.annotations?.[bindCompleted] !== undefined) return planBound(claim, volumeName, volume)
  if (volumeName === '') return planUnbound(claim, world)
  if (volume === undefined) return { kind: 'wait' }
  if (volume.spec?.claimRef === undefined) {
    const why = mismatch(volume, claim)
    if (why === undefined) return { kind: 'bind', volume }
    return waiting('Warning', 'VolumeMismatch', `Cannot bind to requested volume "${volumeName}": ${why}`)
  }
  if (isMeantFor(volume, claim)) return { kind: 'bind', volume }
  return waiting('Warning', 'FailedBinding', `volume "${volumeName}" already bound to a different claim.`)
}

/** The class that claims without one get: of several the newest. */
export function defaultClass(classes: readonly StorageClass[]): StorageClass | undefined {
  const marked = classes.filter(({ metadata }) => metadata.annotations?.[defaultMark] === 'true')
  const age = ({ metadata }: StorageClass) => Date.parse(metadata.creationTimestamp ?? '') || 0
  return marked.sort((a, b) => age(b) - age(a) || (String(a.metadata.name) < String(b.metadata.name) ? -1 : 1))[0]
}

function planBound(claim: PersistentVolumeClaim, volumeName: string, volume: PersistentVolume | undefined): ClaimPlan {
  const lost = (reason: string, message: string): ClaimPlan => ({ kind: 'lost', told: { type: 'Warning', reason, message } })
  if (volumeName === '') return lost('ClaimLost', 'Bound claim has lost reference to PersistentVolume. Data on the volume is lost!')
  if (volume === undefined) return lost('ClaimLost', 'Bound claim has lost its PersistentVolume. Data on the volume is lost!')
  const owner = volume.spec?.claimRef
  if (owner === undefined || owner.uid === claim.metadata.uid) return { kind: 'bind', volume }
  return lost('ClaimMisbound', 'Two claims are bound to the same volume, this one is bound incorrectly')
}

function planUnbound(claim: PersistentVolumeClaim, { volumes, classes, waitingPods }: ClaimWorld): ClaimPlan {
  const className = classOf(claim)
  const storageClass = classes.find(({ metadata }) => metadata.name === className)
  const isDelayed = storageClass?.volumeBindingMode === 'WaitForFirstConsumer'
  const isPlaced = claim.metadata.annotations?.[selectedNode] !== undefined
  const volume = bestMatch(claim, volumes, isDelayed && !isPlaced && waitingPods.length === 0)
  if (volume !== undefined) return { kind: 'bind', volume }
  if (claim.spec?.storageClassName === undefined && className === '') {
    const fallback = defaultClass(classes)?.metadata.name
    if (fallback !== undefined) return { kind: 'classify', className: fallback }
  }
  if (isDelayed && !isPlaced && waitingPods.length === 0)
    return waiting('Normal', 'WaitForFirstConsumer', 'waiting for first consumer to be created before binding')
  if (className === '')
    return waiting('Normal', 'FailedBinding', 'no persistent volumes available for this claim and no storage class is set')
  if (storageClass === undefined) return waiting('Warning', 'ProvisioningFailed', `storageclass.storage.k8s.io "${className}" not found`)
  return { kind: 'provision', storageClass }
}

const waiting = (type: Told['type'], reason: string, message: string): ClaimPlan => ({ kind: 'wait', told: { type, reason, message } })
