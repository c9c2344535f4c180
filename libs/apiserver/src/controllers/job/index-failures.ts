/**
 * Failures of an Indexed Job that limits them by index (backoffLimitPerIndex): pure. How often an index has failed stands in its newest
 * pod's annotations, so a failed pod is let go only when its successor carries the count on, or the index is over.
 */
import type { Job, JobCondition, Pod } from '@knative-ts/api/kubernetes'
import { indexOf, parseIndexes } from './completion-indexes.ts'
import { endedAt, mayCreateAt } from './creation-backoff.ts'
import { failure } from './job-conditions.ts'
import { hasFailed, type JobPods } from './job-pods.ts'
import { counts, judge } from './pod-failure-policy.ts'

const failedMark = 'batch.kubernetes.io/job-index-failure-count'
const ignoredMark = 'batch.kubernetes.io/job-index-ignored-failure-count'

export interface IndexFailures {
  /** Indexes that are not tried again. */
  readonly failed: ReadonlySet<number>
  /** The last failed pod of each index that waits for its next one. */
  readonly held: ReadonlyMap<number, Pod>
}

/** Undefined for a Job that counts failures as a whole. `succeeded`: indexes. */
export function indexFailuresOf(job: Job, found: JobPods, succeeded: ReadonlySet<number>): IndexFailures | undefined {
  const { backoffLimitPerIndex: limit, completions = 0 } = job.spec ?? {}
  if (limit === undefined) return undefined
  const failed = parseIndexes(job.status?.failedIndexes, completions)
  const ended = found.tracked.flatMap((pod) => {
    const index = indexOf(pod, completions)
    return index === undefined || !hasFailed(job, pod) ? [] : [{ index, pod }]
  })
  for (const { index, pod } of ended) if (isFinal(job, pod, limit)) failed.add(index)
  const running = new Set(found.active.map((pod) => indexOf(pod, completions)))
  const held = new Map<number, Pod>()
  for (const { index, pod } of ended) {
    if (succeeded.has(index) || failed.has(index) || running.has(index)) continue
    const known = held.get(index)
    if (known === undefined || (tries(known) <= tries(pod) && endedAt(known) <= endedAt(pod))) held.set(index, pod)
  }
  return { failed, held }
}

/** How the Job ends because of its failed indexes, if it does. */
export function failureOfIndexes(job: Job, { failed }: IndexFailures, succeeded: number, now: number): JobCondition | undefined {
  const { maxFailedIndexes, completions = 0 } = job.spec ?? {}
  if (maxFailedIndexes !== undefined && failed.size > maxFailedIndexes)
    return failure('MaxFailedIndexesExceeded', 'Job has exceeded the specified maximal number of failed indexes', now)
  if (failed.size > 0 && failed.size + succeeded >= completions) return failure('FailedIndexes', 'Job has failed indexes', now)
  return undefined
}

/** What the next pod of an index says of those before it. */
export function marksAfter(job: Job, before: Pod | undefined): Readonly<Record<string, string>> {
  if (before === undefined) return { [failedMark]: '0' }
  const counted = counts(job, before)
  const ignored = numberOf(before, ignoredMark) + (counted ? 0 : 1)
  return {
    [failedMark]: String(numberOf(before, failedMark) + (counted ? 1 : 0)),
    ...(ignored > 0 ? { [ignoredMark]: String(ignored) } : {})
  }
}

/** When an index may have its next pod, ms: each waits by its own failures. */
export function mayReplaceAt(before: Pod | undefined): number {
  return before === undefined ? 0 : mayCreateAt({ count: tries(before) + 1, lastAt: endedAt(before) })
}

function isFinal(job: Job, pod: Pod, limit: number): boolean {
  const verdict = judge(job, pod)
  return verdict?.action === 'FailIndex' || (verdict?.action !== 'Ignore' && numberOf(pod, failedMark) >= limit)
}

const tries = (pod: Pod): number => numberOf(pod, failedMark) + numberOf(pod, ignoredMark)
const numberOf = ({ metadata }: Pod, mark: string): number => Number.parseInt(metadata.annotations?.[mark] ?? '0', 10) || 0
