/** The status of a PodDisruptionBudget: pure. Rules: `k8s.io/kubernetes/pkg/controller/disruption` of 1.34. */
import type { Condition, Pod, PodDisruptionBudget, PodDisruptionBudgetStatus } from '@knative-ts/api/kubernetes'
import { secondTime } from '@knative-ts/kube'
import { isReady } from '../pod-state.ts'

/** An eviction that was allowed and did not become a deletion in this time is forgotten. */
const deletionTimeoutMs = 120_000

/** How many pods the controllers of the selected pods want together. */
export interface Wanted {
  readonly pods: number
  /** Names of pods that nothing scales: only a budget with a number of pods available can count them. */
  readonly unmanaged: readonly string[]
}

export function budgetStatusOf(
  budget: PodDisruptionBudget,
  selected: readonly Pod[],
  wanted: Wanted,
  now: number
): PodDisruptionBudgetStatus {
  const disruptedPods = stillDisrupted(budget, selected, now)
  const currentHealthy = selected.filter(
    (pod) => pod.metadata.deletionTimestamp === undefined && disruptedPods[pod.metadata.name ?? ''] === undefined && isReady(pod)
  ).length
  const { expectedPods, desiredHealthy } = goal(budget, selected, wanted)
  const disruptionsAllowed = expectedPods <= 0 ? 0 : Math.max(currentHealthy - desiredHealthy, 0)
  const generation = budget.metadata.generation ?? 0
  return {
    observedGeneration: generation,
    disruptionsAllowed,
    currentHealthy,
    desiredHealthy,
    expectedPods,
    ...(Object.keys(disruptedPods).length === 0 ? {} : { disruptedPods }),
    conditions: withAllowed(budget.status?.conditions ?? [], disruptionsAllowed, generation, now)
  }
}

/** When the oldest eviction that is waited for is forgotten, ms. */
export function forgottenAt(status: PodDisruptionBudgetStatus): number | undefined {
  const times = Object.values(status.disruptedPods ?? {}).map((time) => Date.parse(time) + deletionTimeoutMs)
  return times.length === 0 ? undefined : Math.min(...times)
}

/** The conditions with `DisruptionAllowed` as it is now. */
export function withAllowed(conditions: readonly Condition[], allowed: number, observedGeneration: number, now: number): Condition[] {
  const type = 'DisruptionAllowed'
  const before = conditions.find((condition) => condition.type === type)
  const status = allowed > 0 ? 'True' : 'False'
  const lastTransitionTime = before?.status === status ? before.lastTransitionTime : secondTime(now)
  const reason = allowed > 0 ? 'SufficientPods' : 'InsufficientPods'
  const next = { type, status, observedGeneration, lastTransitionTime, reason, message: '' }
  return before === undefined ? [...conditions, next] : conditions.map((condition) => (condition === before ? next : condition))
}

function goal({ spec }: PodDisruptionBudget, selected: readonly Pod[], wanted: Wanted) {
  const { minAvailable, maxUnavailable } = spec ?? {}
  if (maxUnavailable !== undefined)
    return { expectedPods: wanted.pods, desiredHealthy: Math.max(wanted.pods - portion(maxUnavailable, wanted.pods), 0) }
  if (typeof minAvailable === 'string') return { expectedPods: wanted.pods, desiredHealthy: portion(minAvailable, wanted.pods) }
  return { expectedPods: selected.length, desiredHealthy: minAvailable ?? 0 }
}

/** A number, or a percentage of `of`, rounded up. */
function portion(value: number | string, of: number): number {
  return typeof value === 'number' ? value : Math.ceil((Number.parseInt(value, 10) * of) / 100)
}

function stillDisrupted({ status }: PodDisruptionBudget, selected: readonly Pod[], now: number): Record<string, string> {
  const present = new Set(selected.filter(({ metadata }) => metadata.deletionTimestamp === undefined).map(({ metadata }) => metadata.name))
  const waiting = ([name, time]: [string, string]) => present.has(name) && Date.parse(time) + deletionTimeoutMs > now
  return Object.fromEntries(Object.entries(status?.disruptedPods ?? {}).filter(waiting))
}
