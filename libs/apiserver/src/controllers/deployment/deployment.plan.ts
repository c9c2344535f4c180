/** What to write for one Deployment now: pure, from the Deployment, its ReplicaSets and the time. */
import type { Deployment, DeploymentCondition, ReplicaSet } from '@knative-ts/api/kubernetes'
import { equalJson } from '@knative-ts/kube'
import { deadlineMs, isComplete, pauseNoted, withCondition, conditionOf } from './deployment.conditions.ts'
import { historyKey, inheritedAnnotations, replicaSetOf, revisionKey, revisionOf, sizeAnnotations } from './replica-set-of.ts'
import { sizeOf, splitSets, type OwnedSets } from './replica-sets.ts'
import { growth, recreateStep, rollingStep, scalingStep, sizeChanged, type Sizes } from './rolling-update.plan.ts'

export interface DeploymentPlan {
  readonly sets: OwnedSets
  /** The current set has to be made. */
  readonly create?: ReplicaSet
  /** Sets to write with another size or other annotations, each with what it was. */
  readonly update: readonly { readonly before: ReplicaSet; readonly after: ReplicaSet }[]
  /** Old sets beyond the history limit. */
  readonly remove: readonly ReplicaSet[]
  /** Revision to note on the Deployment. */
  readonly revision: number | undefined
  /** Conditions so far; counts and progress come after the writes. */
  readonly conditions: readonly DeploymentCondition[]
}

export function planDeployment(deployment: Deployment, owned: readonly ReplicaSet[], oldPodsLeft: boolean, now: number): DeploymentPlan {
  const sets = splitSets(deployment, owned)
  const paused = deployment.spec?.paused === true
  const conditions = pauseNoted(deployment, deployment.status?.conditions ?? [], now)
  const nothing = { sets, update: [], remove: [], revision: undefined, conditions }
  if (deployment.metadata.deletionTimestamp !== undefined) return nothing
  if (paused || sizeChanged(deployment, sets)) return { ...nothing, update: resized(deployment, scalingStep(deployment, sets)) }

  const rolling = deployment.spec?.strategy?.type !== 'Recreate'
  const revision = Math.max(0, ...sets.old.map(revisionOf)) + 1
  if (sets.current === undefined) {
    const waits = !rolling && (oldPodsLeft || sets.old.some((set) => sizeOf(set) > 0))
    if (waits) return { ...nothing, update: resized(deployment, recreateStep(deployment, undefined, sets.old, oldPodsLeft)) }
    const create = replicaSetOf(deployment, growth(deployment, sets.old, 0), revision)
    const message = `Created new replica set "${create.metadata.name}"`
    const known =
      deadlineMs(deployment) === undefined
        ? conditions
        : withCondition(conditions, 'Progressing', 'True', 'NewReplicaSetCreated', message, now)
    return { ...nothing, create, revision, conditions: known }
  }
  const found = `Found new replica set "${sets.current.metadata.name}"`
  const noted =
    deadlineMs(deployment) === undefined || conditionOf(conditions, 'Progressing') !== undefined
      ? conditions
      : withCondition(conditions, 'Progressing', 'True', 'FoundNewReplicaSet', found, now)
  const sizes = rolling ? rollingStep(deployment, sets.current, sets.old) : recreateStep(deployment, sets.current, sets.old, oldPodsLeft)
  const update = resized(deployment, sizes, annotated(deployment, sets.current, revision))
  const quiet = sizes.size === 0 && isComplete(deployment, deployment.status ?? {})
  const remove = quiet ? beyondHistory(deployment, sets.old) : []
  return { sets, update, remove, revision: Math.max(revision, revisionOf(sets.current)), conditions: noted }
}

/** The current set as its Deployment wants it apart from its size: inherited annotations, revision, history of revisions, minReadySeconds. */
function annotated(deployment: Deployment, set: ReplicaSet, revision: number): { readonly before: ReplicaSet; readonly after: ReplicaSet } {
  const annotations = { ...set.metadata.annotations, ...inheritedAnnotations(deployment) }
  const before = revisionOf(set)
  if (before < revision) {
    annotations[revisionKey] = String(revision)
    const history = annotations[historyKey]
    // An old set that is used again: `kubectl rollout history` still finds its former number.
    if (before > 0) annotations[historyKey] = history === undefined ? String(before) : `${history},${before}`
  }
  const { minReadySeconds: _before, ...rest } = set.spec ?? { selector: {} }
  const minReadySeconds = deployment.spec?.minReadySeconds
  const spec = { ...rest, ...(minReadySeconds === undefined || minReadySeconds === 0 ? {} : { minReadySeconds }) }
  return { before: set, after: { ...set, metadata: { ...set.metadata, annotations }, spec } }
}

function resized(
  deployment: Deployment,
  sizes: Sizes,
  current?: { readonly before: ReplicaSet; readonly after: ReplicaSet }
): DeploymentPlan['update'] {
  const updates = [...sizes].map(([set, replicas]) => {
    const base = set === current?.before ? current.after : set
    const annotations = { ...base.metadata.annotations, ...sizeAnnotations(deployment) }
    return {
      before: set,
      after: { ...base, metadata: { ...base.metadata, annotations }, spec: { ...(base.spec ?? { selector: {} }), replicas } }
    }
  })
  if (current !== undefined && !sizes.has(current.before)) updates.unshift(current as (typeof updates)[number])
  return updates.filter(({ before, after }) => !equalJson(before, after))
}

function beyondHistory(deployment: Deployment, old: readonly ReplicaSet[]): readonly ReplicaSet[] {
  const alive = old.filter((set) => set.metadata.deletionTimestamp === undefined)
  const excess = alive.length - (deployment.spec?.revisionHistoryLimit ?? 10)
  if (excess <= 0) return []
  const oldest = [...alive].sort((a, b) => revisionOf(a) - revisionOf(b)).slice(0, excess)
  return oldest.filter(
    (set) =>
      sizeOf(set) === 0 && (set.status?.replicas ?? 0) === 0 && (set.metadata.generation ?? 0) <= (set.status?.observedGeneration ?? 0)
  )
}

/** `Scaled up replica set x from 0 to 1`: the message of the event for a new size. */
export function scalingMessage(name: string, from: number, to: number): string {
  return `Scaled ${to > from ? 'up' : 'down'} replica set ${name} from ${from} to ${to}`
}
