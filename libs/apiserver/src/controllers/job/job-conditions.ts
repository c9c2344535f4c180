/** Conditions of a Job, and what they mean. Rules: `k8s.io/kubernetes/pkg/controller/job` of 1.34. */
import type { Job, JobCondition } from '@knative-ts/api/kubernetes'
import { secondTime } from '@knative-ts/kube'

type Finish = 'Complete' | 'Failed'

/** What a Job ends as, once nothing of it runs any more: decided by these two, which come first. */
const ends: Readonly<Record<string, Finish>> = { SuccessCriteriaMet: 'Complete', FailureTarget: 'Failed' }

/** The condition that says that a Job has ended, if it has. */
export function finishOf(job: Job): JobCondition | undefined {
  return job.status?.conditions?.find(({ type, status }) => (type === 'Complete' || type === 'Failed') && status === 'True')
}

/** The condition that says how a Job will end. */
export function verdictOf(job: Job): JobCondition | undefined {
  return job.status?.conditions?.find(({ type, status }) => ends[type] !== undefined && status === 'True')
}

export function isFailure(verdict: JobCondition): boolean {
  return verdict.type === 'FailureTarget'
}

/** The verdict as the condition that ends the Job. */
export function endOf(verdict: JobCondition, now: number): JobCondition {
  return conditionOf(ends[verdict.type] ?? 'Failed', verdict.reason ?? '', verdict.message ?? '', now)
}

export function conditionOf(type: string, reason: string, message: string, now: number, status = 'True'): JobCondition {
  return { type, status, lastProbeTime: secondTime(now), lastTransitionTime: secondTime(now), reason, message }
}

export const completions = (now: number): JobCondition =>
  conditionOf('SuccessCriteriaMet', 'CompletionsReached', 'Reached expected number of succeeded pods', now)
export const failure = (reason: string, message: string, now: number): JobCondition => conditionOf('FailureTarget', reason, message, now)

/** The conditions with `Suspended` as it is now; the same list when nothing changes. A Job that never was suspended does not say so. */
export function withSuspension(conditions: readonly JobCondition[], suspended: boolean, now: number): readonly JobCondition[] {
  const known = conditions.find(({ type }) => type === 'Suspended')
  const status = suspended ? 'True' : 'False'
  if (known === undefined ? !suspended : known.status === status) return conditions
  const next = suspended
    ? conditionOf('Suspended', 'JobSuspended', 'Job suspended', now)
    : conditionOf('Suspended', 'JobResumed', 'Job resumed', now, 'False')
  return known === undefined ? [...conditions, next] : conditions.map((condition) => (condition === known ? next : condition))
}
