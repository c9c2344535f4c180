/** The status of a Job after a pass: pure. In two steps, so that no pod is lost or counted twice when the process ends in between. */
import type { Job, JobCondition, JobStatus, Pod } from '@knative-ts/api/kubernetes'
import { secondTime } from '@knative-ts/kube'
import { isReady } from '../pod-state.ts'
import { indexesText, indexOf } from './completion-indexes.ts'
import { endOf, isFailure, withSuspension } from './job-conditions.ts'
import { hasFailed, type JobPods } from './job-pods.ts'
import { indexFailuresOf } from './index-failures.ts'
import { isIndexed, isSuspended, succeededIndexes, type JobPlan } from './job.plan.ts'
import { counts } from './pod-failure-policy.ts'

/** Kubernetes' MaxUncountedPods: how many are noted at a time. */
const mostUncounted = 500

export interface Noted {
  /** Ended pods stand in uncountedTerminatedPods, the verdict in the conditions. */
  readonly status: JobStatus
  /** Pods whose finalizer may go once that status is stored. */
  readonly release: readonly Pod[]
}

/** What a pass did to the Job's pods. */
export interface Done {
  readonly created: number
  readonly removed: readonly Pod[]
  readonly killed: readonly Pod[]
}

export function noteEnded(job: Job, found: JobPods, plan: JobPlan, done: Done, now: number): Noted {
  const before = job.status ?? {}
  const dying = job.metadata.deletionTimestamp !== undefined
  const failing = plan.verdict !== undefined && isFailure(plan.verdict)
  const byIndex = indexFailuresOf(job, found, succeededIndexes(job, found.newlySucceeded))
  const held = new Set(byIndex?.held.values())
  const isOver = (pod: Pod): boolean =>
    dying || plan.verdict !== undefined || pod.status?.phase === 'Succeeded' || (hasFailed(job, pod) && !held.has(pod))
  const isOfIndex = (pod: Pod): boolean => !isIndexed(job) || indexOf(pod, job.spec?.completions ?? 0) !== undefined
  const release = found.tracked.filter((pod) => isOver(pod) && !done.removed.includes(pod)).slice(0, mostUncounted)
  const isNoted = new Set([...found.noted.succeeded, ...found.noted.failed])
  const fresh = release.filter((pod) => !isNoted.has(pod.metadata.uid ?? ''))
  const succeeded = fresh.filter((pod) => pod.status?.phase === 'Succeeded')
  const failed = fresh.filter((pod) => !succeeded.includes(pod) && (hasFailed(job, pod) || failing) && isOfIndex(pod) && counts(job, pod))
  const completed = isIndexed(job) ? succeededIndexes(job, succeeded) : undefined
  const gone = [...done.removed, ...done.killed]
  const known = before.conditions ?? []
  const conditions = plan.verdict === undefined ? withSuspension(known, isSuspended(job), now) : withVerdict(known, plan.verdict)
  const resumed = conditions !== known && plan.verdict === undefined && !isSuspended(job)
  const startTime = resumed || (before.startTime === undefined && !isSuspended(job)) ? secondTime(now) : before.startTime
  const { active: _active, succeeded: total = 0, uncountedTerminatedPods: _uncounted, ...rest } = before
  const active = found.active.length + done.created - gone.length
  const count = completed?.size ?? total
  return {
    release,
    status: {
      ...rest,
      ...(conditions.length === 0 ? {} : { conditions: [...conditions] }),
      ...(startTime === undefined ? {} : { startTime }),
      ...(active === 0 ? {} : { active }),
      ...(count === 0 ? {} : { succeeded: count }),
      ...(completed === undefined || completed.size === 0 ? {} : { completedIndexes: indexesText(completed) }),
      ...(byIndex === undefined ? {} : { failedIndexes: indexesText(byIndex.failed) }),
      ready: found.active.filter((pod) => isReady(pod) && !gone.includes(pod)).length,
      terminating: found.terminating + gone.length,
      uncountedTerminatedPods: uncounted(completed === undefined ? [...found.noted.succeeded, ...uids(succeeded)] : [], [
        ...found.noted.failed,
        ...uids(failed)
      ])
    }
  }
}

/** Moves what no finalizer holds any more from the notes to the counts; ends the Job when all is counted and nothing runs. */
export function countReleased(status: JobStatus, held: ReadonlySet<string>, now: number): JobStatus {
  const { succeeded = [], failed = [] } = status.uncountedTerminatedPods ?? {}
  const [inSucceeded, inFailed] = [succeeded.filter((uid) => held.has(uid)), failed.filter((uid) => held.has(uid))]
  const counted = {
    succeeded: (status.succeeded ?? 0) + succeeded.length - inSucceeded.length,
    failed: (status.failed ?? 0) + failed.length - inFailed.length
  }
  const next = {
    ...status,
    ...(counted.succeeded === 0 ? {} : { succeeded: counted.succeeded }),
    ...(counted.failed === 0 ? {} : { failed: counted.failed }),
    uncountedTerminatedPods: uncounted(inSucceeded, inFailed)
  }
  const conditions = next.conditions ?? []
  const verdict = conditions.find(({ type }) => type === 'SuccessCriteriaMet' || type === 'FailureTarget')
  if (verdict === undefined || inSucceeded.length + inFailed.length + (next.terminating ?? 0) > 0) return next
  const end = endOf(verdict, now)
  return { ...next, conditions: [...conditions, end], ...(end.type === 'Complete' ? { completionTime: secondTime(now) } : {}) }
}

function withVerdict(conditions: readonly JobCondition[], verdict: JobCondition): readonly JobCondition[] {
  return conditions.some(({ type }) => type === verdict.type) ? conditions : [...conditions, verdict]
}

const uids = (pods: readonly Pod[]): string[] => pods.map(({ metadata }) => metadata.uid ?? '')

function uncounted(succeeded: string[], failed: string[]): NonNullable<JobStatus['uncountedTerminatedPods']> {
  return { ...(succeeded.length === 0 ? {} : { succeeded }), ...(failed.length === 0 ? {} : { failed }) }
}
