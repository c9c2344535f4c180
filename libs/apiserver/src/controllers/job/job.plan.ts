/** What to do for one Job: pure, from it, its pods and the time. Rules: `k8s.io/kubernetes/pkg/controller/job` of 1.34. */
import type { Job, JobCondition, Pod } from '@knative-ts/api/kubernetes'
import { hasEnded } from '../pod-state.ts'
import { compareForDeletion } from '../replica-set/deletion-rank.ts'
import { firstFree, indexOf, parseIndexes } from './completion-indexes.ts'
import { mayCreateAt, type Failures } from './creation-backoff.ts'
import { failureOfIndexes, indexFailuresOf, marksAfter, mayReplaceAt } from './index-failures.ts'
import { completions as completed, conditionOf, failure, verdictOf } from './job-conditions.ts'
import type { JobPods } from './job-pods.ts'
import { counts, judge } from './pod-failure-policy.ts'

/** Never more at once: Kubernetes' MaxPodCreateDeletePerSync. */
const burst = 500

/** A pod to create. */
export interface NextPod {
  /** Completion index, of Indexed Jobs. */
  readonly index?: number
  /** What it carries on of its index' failures. */
  readonly marks?: Readonly<Record<string, string>>
}

export interface JobPlan {
  /** How the Job ends, when that is decided. */
  readonly verdict?: JobCondition
  readonly create: readonly NextPod[]
  /** Pods too many (of a smaller parallelism, a suspension): they do not count, whatever becomes of them. */
  readonly remove: readonly Pod[]
  /** Pods that run while the Job's end is decided: those of a failed Job count as failed. */
  readonly kill: readonly Pod[]
  /** When to look again, ms since the epoch. */
  readonly lookAt?: number
}

export const isIndexed = (job: Job): boolean => job.spec?.completionMode === 'Indexed'
export const isSuspended = (job: Job): boolean => job.spec?.suspend === true

/** `steady`: the cache shows everything that the last pass wrote. */
export function planJob(job: Job, found: JobPods, failures: Failures, steady: boolean, now: number): JobPlan {
  const nothing = { create: [], remove: [], kill: [] }
  if (job.metadata.deletionTimestamp !== undefined) return nothing
  const failed = (job.status?.failed ?? 0) + found.noted.failed.length + found.newlyFailed.filter((pod) => counts(job, pod)).length
  const verdict =
    verdictOf(job) ?? failureOf(job, found, failed, now) ?? failureByIndex(job, found, now) ?? successPolicyOf(job, found, now)
  if (verdict !== undefined) return { ...nothing, verdict, kill: found.active }
  const deadline = deadlineOf(job, now)
  const waits = deadline === undefined ? {} : { lookAt: deadline }
  if (!steady) return { ...nothing, ...waits }
  if (isSuspended(job)) return { ...nothing, remove: found.active, ...(isComplete(job, found) ? { verdict: completed(now) } : {}) }
  if (isComplete(job, found)) return { ...nothing, verdict: completed(now) }
  return { ...nothing, ...waits, ...scale(job, found, failures, now, deadline) }
}

/** Completions so far, those included that the status does not count yet. */
function succeededOf(job: Job, { noted, newlySucceeded }: JobPods): number {
  if (isIndexed(job)) return succeededIndexes(job, newlySucceeded).size
  return (job.status?.succeeded ?? 0) + noted.succeeded.length + newlySucceeded.length
}

export function succeededIndexes(job: Job, more: readonly Pod[]): Set<number> {
  const completions = job.spec?.completions ?? 0
  const indexes = parseIndexes(job.status?.completedIndexes, completions)
  for (const pod of more) {
    const index = indexOf(pod, completions)
    if (index !== undefined) indexes.add(index)
  }
  return indexes
}

function isComplete(job: Job, found: JobPods): boolean {
  const succeeded = succeededOf(job, found)
  const { completions } = job.spec ?? {}
  return found.active.length === 0 && (completions === undefined ? succeeded > 0 : succeeded >= completions)
}

function scale(job: Job, found: JobPods, failures: Failures, now: number, deadline = Infinity): Partial<JobPlan> {
  const { completions, parallelism = 1 } = job.spec ?? {}
  const { active } = found
  const succeeded = succeededOf(job, found)
  // Without a number of completions, what runs after the first success is left to run, and nothing is added.
  const wanted = completions === undefined ? (succeeded > 0 ? active.length : parallelism) : Math.min(completions - succeeded, parallelism)
  const remove = tooMany(job, active, Math.max(wanted, 0), found)
  if (remove.length > 0) return { remove }
  const leaving = job.spec?.podReplacementPolicy === 'Failed' ? found.terminating : 0
  const missing = Math.min(wanted - active.length - leaving, burst)
  if (missing <= 0) return {}
  const taken = succeededIndexes(job, found.newlySucceeded)
  const byIndex = indexFailuresOf(job, found, taken)
  const at = byIndex === undefined ? mayCreateAt(failures) : 0
  if (at > now) return { lookAt: Math.min(at, deadline) }
  if (!isIndexed(job)) return { create: Array.from({ length: missing }, () => ({})) }
  for (const pod of active) taken.add(indexOf(pod, completions ?? 0) ?? -1)
  for (const index of byIndex?.failed ?? []) taken.add(index)
  const free = firstFree(missing, completions ?? 0, taken)
  if (byIndex === undefined) return { create: free.map((index) => ({ index })) }
  const times = free.map((index) => ({ index, at: mayReplaceAt(byIndex.held.get(index)) }))
  const create = times.filter((one) => one.at <= now).map(({ index }) => ({ index, marks: marksAfter(job, byIndex.held.get(index)) }))
  const later = Math.min(deadline, ...times.map((one) => one.at).filter((time) => time > now))
  return { create, ...(later === Infinity ? {} : { lookAt: later }) }
}

function failureByIndex(job: Job, found: JobPods, now: number): JobCondition | undefined {
  const succeeded = succeededIndexes(job, found.newlySucceeded)
  const failures = indexFailuresOf(job, found, succeeded)
  return failures === undefined ? undefined : failureOfIndexes(job, failures, succeeded.size, now)
}

/** Of an Indexed Job, pods of a finished, foreign or doubled index first, then those of the highest indexes. */
function tooMany(job: Job, active: readonly Pod[], wanted: number, found: JobPods): Pod[] {
  const byRank = [...active].sort(compareForDeletion)
  if (!isIndexed(job)) return byRank.slice(0, Math.min(active.length - wanted, burst))
  const completions = job.spec?.completions ?? 0
  const taken = succeededIndexes(job, found.newlySucceeded)
  const useless: Pod[] = []
  const useful: { readonly index: number; readonly pod: Pod }[] = []
  for (const pod of byRank.toReversed()) {
    const index = indexOf(pod, completions)
    if (index === undefined || taken.has(index)) useless.push(pod)
    else useful.push({ index, pod })
    taken.add(index ?? -1)
  }
  const rest = useful.sort((a, b) => b.index - a.index).slice(0, Math.max(useful.length - wanted, 0))
  return [...useless, ...rest.map(({ pod }) => pod)].slice(0, burst)
}

function failureOf(job: Job, found: JobPods, failed: number, now: number): JobCondition | undefined {
  for (const pod of job.spec?.podFailurePolicy === undefined ? [] : found.newlyFailed) {
    const judged = judge(job, pod)
    if (judged?.action === 'FailJob') return failure('PodFailurePolicy', judged.message, now)
  }
  const limit = job.spec?.backoffLimit ?? 6
  if (failed > limit || restartsReach(job, found.active, limit))
    return failure('BackoffLimitExceeded', 'Job has reached the specified backoff limit', now)
  if ((deadlineOf(job, now) ?? Infinity) <= now) return failure('DeadlineExceeded', 'Job was active longer than specified deadline', now)
  return undefined
}

/** Pods with restartPolicy OnFailure restart in place: their restarts count. */
function restartsReach(job: Job, active: readonly Pod[], limit: number): boolean {
  if (job.spec?.template?.spec?.restartPolicy !== 'OnFailure') return false
  const statuses = active
    .filter((pod) => !hasEnded(pod))
    .flatMap(({ status }) => [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])])
  const restarts = statuses.reduce((sum, { restartCount = 0 }) => sum + restartCount, 0)
  return limit === 0 ? restarts > 0 : restarts >= limit
}

function deadlineOf(job: Job, now: number): number | undefined {
  const { activeDeadlineSeconds } = job.spec ?? {}
  if (activeDeadlineSeconds === undefined || isSuspended(job)) return undefined
  const started = job.status?.startTime
  return (started === undefined ? now : Date.parse(started)) + activeDeadlineSeconds * 1000
}

function successPolicyOf(job: Job, found: JobPods, now: number): JobCondition | undefined {
  const rules = isIndexed(job) ? (job.spec?.successPolicy?.rules ?? []) : []
  const done = succeededIndexes(job, found.newlySucceeded)
  const matched = rules.findIndex(({ succeededIndexes: text, succeededCount }) => {
    if (text === undefined) return succeededCount !== undefined && done.size >= succeededCount
    const wanted = parseIndexes(text, job.spec?.completions ?? 0)
    const reached = [...wanted].filter((index) => done.has(index)).length
    return reached >= (succeededCount ?? wanted.size)
  })
  return matched < 0 ? undefined : conditionOf('SuccessCriteriaMet', 'SuccessPolicy', `Matched rules at index ${matched}`, now)
}
