/** What to do for one ReplicaSet: pure, from it, the pods of its namespace and the time. */
import type { Pod, ReplicaSet, ReplicaSetCondition, ReplicaSetStatus } from '@knative-ts/api/kubernetes'
import { isControlledBy, secondTime, selectorOf } from '@knative-ts/kube'
import { claimsBy, type Claims } from '../pod-claims.ts'
import { isActive, isAvailable, isReady, readySince } from '../pod-state.ts'
import { compareForDeletion } from './deletion-rank.ts'

/** Never more at once: Kubernetes' burstReplicas. */
const burst = 500

export interface ReplicaSetPlan extends Claims {
  /** Active pods that belong to the set, adopted ones included. */
  readonly active: readonly Pod[]
  readonly create: number
  readonly remove: readonly Pod[]
}

/** `candidates`: the pods that the set controls and the namespace's pods without controller. */
export function planReplicaSet(set: ReplicaSet, candidates: readonly Pod[]): ReplicaSetPlan {
  const { adopt, release } = claimsBy(set, selectorOf(set.spec?.selector), candidates, isActive)
  const dying = set.metadata.deletionTimestamp !== undefined
  const owned = candidates.filter((pod) => isControlledBy(pod, set))
  const active = [...owned.filter((pod) => isActive(pod) && !release.includes(pod)), ...adopt]
  const missing = dying ? 0 : (set.spec?.replicas ?? 1) - active.length
  const remove = missing < 0 ? [...active].sort(compareForDeletion).slice(0, Math.min(-missing, burst)) : []
  return { active, adopt, release, create: Math.min(Math.max(missing, 0), burst), remove }
}

/** Counts, and what went wrong in this pass. Counts of zero are left out except `replicas`, as on the wire of Kubernetes. */
export function statusOf(set: ReplicaSet, active: readonly Pod[], failure: Error | undefined, now: number): ReplicaSetStatus {
  const labels = Object.entries(set.spec?.template?.metadata?.labels ?? {})
  const minReadySeconds = set.spec?.minReadySeconds ?? 0
  const counts = {
    fullyLabeledReplicas: active.filter((pod) => labels.every(([key, value]) => pod.metadata.labels?.[key] === value)).length,
    readyReplicas: active.filter(isReady).length,
    availableReplicas: active.filter((pod) => isAvailable(pod, minReadySeconds, now)).length,
    observedGeneration: set.metadata.generation ?? 0
  }
  const conditions = conditionsOf(set, active.length, failure, now)
  return {
    replicas: active.length,
    ...Object.fromEntries(Object.entries(counts).filter(([, count]) => count !== 0)),
    ...(conditions.length === 0 ? {} : { conditions })
  }
}

/** When the next ready pod becomes available, ms; undefined when none waits. */
export function availableAt(set: ReplicaSet, active: readonly Pod[], now: number): number | undefined {
  const minReadyMs = (set.spec?.minReadySeconds ?? 0) * 1000
  const times = active.map((pod) => (readySince(pod) ?? Number.NaN) + minReadyMs).filter((time) => time > now)
  return times.length === 0 ? undefined : Math.min(...times)
}

function conditionsOf(set: ReplicaSet, actual: number, failure: Error | undefined, now: number): ReplicaSetCondition[] {
  const before = set.status?.conditions ?? []
  const others = before.filter((condition) => condition.type !== 'ReplicaFailure')
  if (failure === undefined) return others
  const known = before.find((condition) => condition.type === 'ReplicaFailure')
  if (known !== undefined) return [...before]
  const reason = actual < (set.spec?.replicas ?? 1) ? 'FailedCreate' : 'FailedDelete'
  return [...others, { type: 'ReplicaFailure', status: 'True', reason, message: failure.message, lastTransitionTime: secondTime(now) }]
}
