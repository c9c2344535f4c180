/** Whether the claims of a pod let it be placed, in the scheduler's words. */
import type * as k8s from '@knative-ts/api/kubernetes'
import { claimNameOf } from '../volume/claimed-volume.ts'

/** Finds a claim in a cache. */
export type FindClaim = (namespace: string, name: string) => k8s.PersistentVolumeClaim | undefined

export function usesClaim(pod: k8s.Pod, name: string): boolean {
  return (pod.spec?.volumes ?? []).some((volume) => claimNameOf(pod, volume) === name)
}

/** Undefined when all of the pod's claims are bound. */
export function unmetClaim(pod: k8s.Pod, find: FindClaim): string | undefined {
  for (const volume of pod.spec?.volumes ?? []) {
    const name = claimNameOf(pod, volume)
    const why = name === undefined ? undefined : reasonAgainst(pod, volume, name, find(pod.metadata.namespace ?? '', name))
    // "not found" is what the scheduler's preemption says of a pod that was turned away before any node was looked at.
    if (why !== undefined) return `0/1 nodes are available: ${why}. not found`
  }
  return undefined
}

function reasonAgainst(pod: k8s.Pod, volume: k8s.Volume, name: string, claim: k8s.PersistentVolumeClaim | undefined): string | undefined {
  if (claim === undefined)
    return volume.ephemeral === undefined
      ? `persistentvolumeclaim "${name}" not found`
      : `waiting for ephemeral volume controller to create the persistentvolumeclaim "${name}"`
  if (claim.metadata.deletionTimestamp !== undefined) return `persistentvolumeclaim "${name}" is being deleted`
  if (volume.ephemeral !== undefined && !claim.metadata.ownerReferences?.some(({ uid }) => uid === pod.metadata.uid))
    return `PVC ${claim.metadata.namespace}/${name} was not created for pod ${pod.metadata.namespace}/${pod.metadata.name} (pod is not owner)`
  if (claim.status?.phase === 'Lost')
    return `persistentvolumeclaim "${name}" bound to non-existent persistentvolume "${claim.spec?.volumeName ?? ''}"`
  return claim.status?.phase === 'Bound' ? undefined : 'pod has unbound immediate PersistentVolumeClaims'
}
