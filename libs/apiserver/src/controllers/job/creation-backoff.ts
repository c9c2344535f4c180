/** How long a Job waits before it replaces failed pods: 10 s after the first failure since the last success, doubling up to 10 min. */
import type { Pod } from '@knative-ts/api/kubernetes'

const firstMs = 10_000
const mostMs = 600_000

/** Failures since the last success, and when the last of them was (ms). */
export interface Failures {
  readonly count: number
  readonly lastAt: number
}

export const noFailures: Failures = { count: 0, lastAt: 0 }

/** The record after pods that newly ended: failures before the last success do not count. */
export function after(record: Failures, succeeded: readonly Pod[], failed: readonly Pod[]): Failures {
  const successAt = Math.max(Number.NEGATIVE_INFINITY, ...succeeded.map(endedAt))
  const later = failed.map(endedAt).filter((at) => at > successAt)
  const before = succeeded.length > 0 ? noFailures : record
  return { count: before.count + later.length, lastAt: Math.max(before.lastAt, ...later) }
}

/** When pods may be created again, ms; 0: at once. */
export function mayCreateAt({ count, lastAt }: Failures): number {
  return count === 0 ? 0 : lastAt + Math.min(firstMs * 2 ** (count - 1), mostMs)
}

/** When a pod ended, ms: by its containers, else by when it was no longer ready or asked to leave; else no later than it was made. */
export function endedAt({ metadata, spec, status }: Pod): number {
  const sidecars = new Set((spec?.initContainers ?? []).filter((one) => one.restartPolicy === 'Always').map(({ name }) => name))
  const containers = [
    ...(status?.containerStatuses ?? []),
    ...(status?.initContainerStatuses ?? []).filter(({ name }) => sidecars.has(name))
  ]
  const times = containers.map(({ state }) => Date.parse(state?.terminated?.finishedAt ?? ''))
  if (times.length > 0 && times.every((time) => time > 0)) return Math.max(...times)
  const readiness = status?.conditions?.find(({ type }) => type === 'Ready')
  if (readiness?.status === 'False' && readiness.lastTransitionTime != null) return Date.parse(readiness.lastTransitionTime)
  const { deletionTimestamp, deletionGracePeriodSeconds = 0, creationTimestamp = '' } = metadata
  return deletionTimestamp === undefined
    ? Date.parse(creationTimestamp) || 0
    : Date.parse(deletionTimestamp) - deletionGracePeriodSeconds * 1000
}
