/** The pods of one Job, sorted by what they mean to it: pure. */
import type { Job, Pod } from '@knative-ts/api/kubernetes'
import { isActive } from '../pod-state.ts'
import { trackingFinalizer } from './job-pod-of.ts'

/** Neither ended nor told to leave, and so on: see each member. */
export interface JobPods {
  /** Pods that run or will. */
  readonly active: readonly Pod[]
  /** Told to leave, not yet ended. */
  readonly terminating: number
  /** Still held by the Job's finalizer. */
  readonly tracked: readonly Pod[]
  /** Ended, and neither in the status' counts nor noted there as uncounted. */
  readonly newlySucceeded: readonly Pod[]
  readonly newlyFailed: readonly Pod[]
  /** Uids in status.uncountedTerminatedPods. */
  readonly noted: { readonly succeeded: readonly string[]; readonly failed: readonly string[] }
}

/** `owned`: all pods that the Job controls. `untracked`: uids of pods whose finalizer is off although the cache still shows it. */
export function podsOf(job: Job, owned: readonly Pod[], untracked: ReadonlySet<string>): JobPods {
  const { succeeded = [], failed = [] } = job.status?.uncountedTerminatedPods ?? {}
  const known = new Set([...succeeded, ...failed])
  const tracked = owned.filter((pod) => isTracked(pod, untracked))
  const fresh = tracked.filter((pod) => !known.has(pod.metadata.uid ?? ''))
  return {
    active: owned.filter(isActive),
    terminating: owned.filter((pod) => pod.metadata.deletionTimestamp !== undefined && !hasPhase(pod, 'Succeeded', 'Failed')).length,
    tracked,
    newlySucceeded: fresh.filter((pod) => hasPhase(pod, 'Succeeded')),
    newlyFailed: fresh.filter((pod) => hasFailed(job, pod)),
    noted: { succeeded, failed }
  }
}

export const isTracked = (pod: Pod, untracked: ReadonlySet<string>): boolean =>
  pod.metadata.finalizers?.includes(trackingFinalizer) === true && !untracked.has(pod.metadata.uid ?? '')

/** A pod that was told to leave has failed, unless replacements wait for pods to have ended. */
export function hasFailed(job: Job, pod: Pod): boolean {
  if (hasPhase(pod, 'Failed')) return true
  if (job.spec?.podReplacementPolicy === 'Failed') return false
  return pod.metadata.deletionTimestamp !== undefined && !hasPhase(pod, 'Succeeded')
}

const hasPhase = (pod: Pod, ...phases: readonly string[]): boolean => phases.includes(pod.status?.phase ?? '')
