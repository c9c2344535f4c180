/** What controllers read from a pod. Rules: `k8s.io/kubernetes/pkg/api/v1/pod`. */
import type { Pod } from '@knative-ts/api/kubernetes'

/** Not ended and not on its way out: counts for a ReplicaSet. */
export function isActive(pod: Pod): boolean {
  return !hasEnded(pod) && !isLeaving(pod)
}

/** Asked to go. */
export function isLeaving(pod: Pod): boolean {
  return pod.metadata.deletionTimestamp !== undefined
}

export function hasEnded(pod: Pod): boolean {
  return pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed'
}

export function isReady(pod: Pod): boolean {
  return readyCondition(pod)?.status === 'True'
}

/** Since when the pod is ready, ms since the epoch; undefined when it is not. */
export function readySince(pod: Pod): number | undefined {
  const condition = readyCondition(pod)
  return condition?.status === 'True' ? Date.parse(condition.lastTransitionTime ?? pod.metadata.creationTimestamp ?? '') || 0 : undefined
}

/** Ready for at least `minReadySeconds`. */
export function isAvailable(pod: Pod, minReadySeconds: number, now: number): boolean {
  const since = readySince(pod)
  return since !== undefined && (minReadySeconds === 0 || since + minReadySeconds * 1000 <= now)
}

function readyCondition(pod: Pod) {
  return pod.status?.conditions?.find((condition) => condition.type === 'Ready')
}
