/** Conditions and status of a Deployment. Reasons and messages: `k8s.io/kubernetes/pkg/controller/deployment/{progress,util}`. */
import type { Deployment, DeploymentCondition, DeploymentStatus, ReplicaSet } from '@knative-ts/api/kubernetes'
import { secondTime } from '@knative-ts/kube'
import { availableOf, sizeOf, sum, type OwnedSets } from './replica-sets.ts'
import { boundsOf, wantedReplicas } from './rollout-bounds.ts'

/** The largest deadline means none: kubectl's and client-go's convention. */
const noDeadline = 2_147_483_647

export function deadlineMs(deployment: Deployment): number | undefined {
  const seconds = deployment.spec?.progressDeadlineSeconds
  return seconds === undefined || seconds === noDeadline ? undefined : seconds * 1000
}

type Conditions = readonly DeploymentCondition[]

export function conditionOf(conditions: Conditions, type: string): DeploymentCondition | undefined {
  return conditions.find((condition) => condition.type === type)
}

/** Sets at the end of the list, as Kubernetes does; the same status and reason change nothing, the same status keeps its transition. */
export function withCondition(
  conditions: Conditions,
  type: string,
  status: string,
  reason: string,
  message: string,
  now: number
): Conditions {
  const before = conditionOf(conditions, type)
  if (before?.status === status && before.reason === reason) return conditions
  const time = secondTime(now)
  const lastTransitionTime = before?.status === status ? (before.lastTransitionTime ?? time) : time
  return [...without(conditions, type), { type, status, lastUpdateTime: time, lastTransitionTime, reason, message }]
}

export function without(conditions: Conditions, type: string): Conditions {
  return conditions.filter((condition) => condition.type !== type)
}

/** Counts and availability. Counts of zero are left out, as on the wire of Kubernetes. */
export function countsOf(deployment: Deployment, { current, old }: OwnedSets, conditions: Conditions, now: number): DeploymentStatus {
  const all = current === undefined ? old : [...old, current]
  const available = sum(all, availableOf)
  const enough = available >= wantedReplicas(deployment) - boundsOf(deployment).maxUnavailable
  const next = enough
    ? withCondition(conditions, 'Available', 'True', 'MinimumReplicasAvailable', 'Deployment has minimum availability.', now)
    : withCondition(conditions, 'Available', 'False', 'MinimumReplicasUnavailable', 'Deployment does not have minimum availability.', now)
  const counts = {
    observedGeneration: deployment.metadata.generation ?? 0,
    replicas: sum(all, actualOf),
    updatedReplicas: current === undefined ? 0 : actualOf(current),
    readyReplicas: sum(all, (set) => set.status?.readyReplicas ?? 0),
    availableReplicas: available,
    unavailableReplicas: Math.max(sum(all, sizeOf) - available, 0),
    collisionCount: deployment.status?.collisionCount ?? 0
  }
  return { ...Object.fromEntries(Object.entries(counts).filter(([, count]) => count !== 0)), conditions: [...next] }
}

/** `status` with Progressing and ReplicaFailure as the rollout stands. */
export function progressed(deployment: Deployment, sets: OwnedSets, status: DeploymentStatus, now: number): DeploymentStatus {
  let conditions: Conditions = status.conditions ?? []
  const before = conditionOf(conditions, 'Progressing')
  const subject = sets.current === undefined ? `Deployment "${deployment.metadata.name}"` : `ReplicaSet "${sets.current.metadata.name}"`
  const settled = status.replicas === status.updatedReplicas && before?.reason === 'NewReplicaSetAvailable'
  if (deadlineMs(deployment) === undefined) conditions = without(conditions, 'Progressing')
  else if (!settled) {
    if (isComplete(deployment, status)) {
      conditions = withCondition(
        conditions,
        'Progressing',
        'True',
        'NewReplicaSetAvailable',
        `${subject} has successfully progressed.`,
        now
      )
    } else if (movedOn(deployment.status ?? {}, status)) {
      // Also when the reason stays: the deadline counts from the last step.
      const since = before?.status === 'True' ? before.lastTransitionTime : undefined
      const moved = withCondition(
        without(conditions, 'Progressing'),
        'Progressing',
        'True',
        'ReplicaSetUpdated',
        `${subject} is progressing.`,
        now
      )
      conditions = moved.map((entry) =>
        entry.type === 'Progressing' && since !== undefined ? { ...entry, lastTransitionTime: since } : entry
      )
    } else if (deadlineAt(deployment, conditions) !== undefined && (deadlineAt(deployment, conditions) as number) <= now) {
      conditions = withCondition(
        conditions,
        'Progressing',
        'False',
        'ProgressDeadlineExceeded',
        `${subject} has timed out progressing.`,
        now
      )
    }
  }
  const failure = failureOf(sets)
  conditions =
    failure === undefined
      ? without(conditions, 'ReplicaFailure')
      : withCondition(conditions, 'ReplicaFailure', failure.status, failure.reason ?? '', failure.message ?? '', now)
  return { ...status, conditions: [...conditions] }
}

/** Everything wanted is there, of the present template, and serves. */
export function isComplete(deployment: Deployment, status: DeploymentStatus): boolean {
  const wanted = wantedReplicas(deployment)
  const { updatedReplicas = 0, replicas = 0, availableReplicas = 0, observedGeneration = 0 } = status
  return (
    updatedReplicas === wanted &&
    replicas === wanted &&
    availableReplicas === wanted &&
    observedGeneration >= (deployment.metadata.generation ?? 0)
  )
}

/** When the rollout's time is over, ms; undefined when nothing is under way or it is over already. */
export function deadlineAt(deployment: Deployment, conditions: Conditions): number | undefined {
  const limit = deadlineMs(deployment)
  const progress = conditionOf(conditions, 'Progressing')
  if (limit === undefined || progress === undefined || deployment.spec?.paused === true) return undefined
  if (progress.reason === 'NewReplicaSetAvailable' || progress.reason === 'ProgressDeadlineExceeded') return undefined
  return (Date.parse(progress.lastUpdateTime ?? '') || 0) + limit
}

/** Notes that the Deployment was paused or resumed, which stops and restarts the deadline. */
export function pauseNoted(deployment: Deployment, conditions: Conditions, now: number): Conditions {
  const progress = conditionOf(conditions, 'Progressing')
  if (deadlineMs(deployment) === undefined || progress?.reason === 'ProgressDeadlineExceeded') return conditions
  const noted = progress?.reason === 'DeploymentPaused'
  if (deployment.spec?.paused === true && !noted)
    return withCondition(conditions, 'Progressing', 'Unknown', 'DeploymentPaused', 'Deployment is paused', now)
  if (deployment.spec?.paused !== true && noted)
    return withCondition(conditions, 'Progressing', 'Unknown', 'DeploymentResumed', 'Deployment is resumed', now)
  return conditions
}

const actualOf = (set: ReplicaSet): number => set.status?.replicas ?? 0

function movedOn(before: DeploymentStatus, after: DeploymentStatus): boolean {
  const old = (status: DeploymentStatus): number => (status.replicas ?? 0) - (status.updatedReplicas ?? 0)
  return (
    (after.updatedReplicas ?? 0) > (before.updatedReplicas ?? 0) ||
    old(after) < old(before) ||
    (after.readyReplicas ?? 0) > (before.readyReplicas ?? 0) ||
    (after.availableReplicas ?? 0) > (before.availableReplicas ?? 0)
  )
}

function failureOf({ current, old }: OwnedSets) {
  for (const set of current === undefined ? old : [current, ...old]) {
    const failure = set.status?.conditions?.find((condition) => condition.type === 'ReplicaFailure' && condition.status === 'True')
    if (failure !== undefined) return failure
  }
  return undefined
}
