import type * as k8s from '@knative-ts/api/kubernetes'

/** Pods of a revision by what they can do (reference 2.7, step 5). */
export interface PodCounts {
  readonly ready: number
  readonly notReady: number
  readonly pending: number
  readonly terminating: number
}

/** A pod that runs, is not being deleted, and whose Ready condition is True. */
export function isServing(pod: k8s.Pod): boolean {
  return (
    pod.metadata.deletionTimestamp === undefined &&
    pod.status?.phase === 'Running' &&
    pod.status.conditions?.some((condition) => condition.type === 'Ready' && condition.status === 'True') === true
  )
}

export function countPods(pods: readonly k8s.Pod[]): PodCounts {
  const counts = { ready: 0, notReady: 0, pending: 0, terminating: 0 }
  for (const pod of pods) {
    if (isServing(pod)) {
      counts.ready++
      continue
    }
    if (pod.status?.phase !== 'Pending' && pod.status?.phase !== 'Running') continue
    counts.notReady++
    if (pod.status.phase === 'Pending') counts.pending++
    else if (pod.metadata.deletionTimestamp !== undefined) counts.terminating++
  }
  return counts
}
