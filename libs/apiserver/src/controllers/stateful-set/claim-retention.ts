/** Who owns the claims of a StatefulSet's pods, so that they go with it, or with a pod that is scaled away: pure. */
import type { OwnerReference } from '@knative-ts/api'
import { pods, statefulSets, type PersistentVolumeClaim, type Pod, type StatefulSet } from '@knative-ts/api/kubernetes'
import { controllerRefOf } from '@knative-ts/kube'
import { ordinalOf } from './stateful-pod-of.ts'

/** The claim's owners as the set's retention policy wants them; undefined when they are so. */
export function ownersOf(set: StatefulSet, pod: Pod, claim: PersistentVolumeClaim): OwnerReference[] | undefined {
  const before = claim.metadata.ownerReferences ?? []
  const isOurs = ({ uid }: OwnerReference): boolean => uid === set.metadata.uid || uid === pod.metadata.uid
  const others = before.filter((reference) => !isOurs(reference))
  const isForeign = others.some(({ controller }) => controller === true)
  const owner = isForeign ? undefined : wanted(set, pod)
  const ours = before.filter(isOurs)
  if (owner === undefined ? ours.length === 0 : ours.length === 1 && ours[0]?.uid === owner.uid && ours[0].controller === true)
    return undefined
  return owner === undefined ? others : [...others, owner]
}

function wanted(set: StatefulSet, pod: Pod): OwnerReference | undefined {
  const { whenDeleted = 'Retain', whenScaled = 'Retain' } = set.spec?.persistentVolumeClaimRetentionPolicy ?? {}
  const start = set.spec?.ordinals?.start ?? 0
  const ordinal = ordinalOf(set, pod) ?? -1
  const isCondemned = ordinal < start || ordinal >= start + (set.spec?.replicas ?? 1)
  if (whenScaled === 'Delete' && isCondemned) return controllerRefOf(pod, pods)
  return whenDeleted === 'Delete' ? controllerRefOf(set, statefulSets) : undefined
}
