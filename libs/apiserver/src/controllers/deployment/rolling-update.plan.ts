/** Which ReplicaSets get which size in this step. Rules: `k8s.io/kubernetes/pkg/controller/deployment/{rolling,recreate,sync}.go`. */
import type { Deployment, ReplicaSet } from '@knative-ts/api/kubernetes'
import { desiredKey, maxKey } from './replica-set-of.ts'
import { availableOf, sizeOf, sum, type OwnedSets } from './replica-sets.ts'
import { boundsOf, isRolling, wantedReplicas } from './rollout-bounds.ts'

/** New sizes, by ReplicaSet; ones that keep their size are left out. */
export type Sizes = ReadonlyMap<ReplicaSet, number>

/** The size that the current set may grow to now, all sets together staying within wanted plus surge. */
export function growth(deployment: Deployment, sets: readonly ReplicaSet[], size: number): number {
  const wanted = wantedReplicas(deployment)
  if (!isRolling(deployment)) return wanted
  const room = wanted + boundsOf(deployment).maxSurge - sum(sets, sizeOf)
  return room <= 0 ? size : size + Math.min(room, Math.max(wanted - size, 0))
}

/** One step of a rolling update: the current set first; only when it keeps its size the old ones shrink. */
export function rollingStep(deployment: Deployment, current: ReplicaSet, old: readonly ReplicaSet[]): Sizes {
  const wanted = wantedReplicas(deployment)
  const size = sizeOf(current)
  const next = size > wanted ? wanted : growth(deployment, [current, ...old], size)
  if (next !== size) return new Map([[current, next]])
  return shrinkOld(deployment, current, old)
}

function shrinkOld(deployment: Deployment, current: ReplicaSet, old: readonly ReplicaSet[]): Sizes {
  if (sum(old, sizeOf) === 0) return new Map()
  const all = [...old, current]
  const minAvailable = wantedReplicas(deployment) - boundsOf(deployment).maxUnavailable
  const currentUnavailable = sizeOf(current) - availableOf(current)
  const mayGo = sum(all, sizeOf) - minAvailable - currentUnavailable
  if (mayGo <= 0) return new Map()
  const sizes = new Map<ReplicaSet, number>()
  const resize = (set: ReplicaSet, by: number): number => {
    if (by > 0) sizes.set(set, (sizes.get(set) ?? sizeOf(set)) - by)
    return Math.max(by, 0)
  }
  // Pods of old sets that do not serve anyway go first: they cost no availability.
  let gone = 0
  for (const set of old) gone += resize(set, Math.min(mayGo - gone, sizeOf(set) - availableOf(set)))
  let spare = sum(all, availableOf) - minAvailable
  for (const set of old) spare -= resize(set, Math.min(sizes.get(set) ?? sizeOf(set), spare))
  return sizes
}

/** Recreate: nothing of the old template may be left before the new one starts. */
export function recreateStep(
  deployment: Deployment,
  current: ReplicaSet | undefined,
  old: readonly ReplicaSet[],
  oldPodsLeft: boolean
): Sizes {
  const running = old.filter((set) => sizeOf(set) > 0)
  if (running.length > 0) return new Map(running.map((set) => [set, 0]))
  if (oldPodsLeft || current === undefined || sizeOf(current) === wantedReplicas(deployment)) return new Map()
  return new Map([[current, wantedReplicas(deployment)]])
}

/** Whether the Deployment's size changed since the active sets were sized: then they are all scaled in proportion, and nothing is rolled. */
export function sizeChanged(deployment: Deployment, sets: OwnedSets): boolean {
  const active = [...(sets.current === undefined ? [] : [sets.current]), ...sets.old].filter((set) => sizeOf(set) > 0)
  return active.some(
    (set) => (set.metadata.annotations?.[desiredKey] ?? String(wantedReplicas(deployment))) !== String(wantedReplicas(deployment))
  )
}

/** The sizes after the Deployment's size changed, or while it is paused. */
export function scalingStep(deployment: Deployment, { current, old }: OwnedSets): Sizes {
  const wanted = wantedReplicas(deployment)
  const all = current === undefined ? [...old] : [current, ...old]
  const active = all.filter((set) => sizeOf(set) > 0)
  const only = active.length === 0 ? (current ?? old.at(-1)) : active.length === 1 ? active[0] : undefined
  if (only !== undefined) return sizeOf(only) === wanted ? new Map() : new Map([[only, wanted]])
  if (
    current !== undefined &&
    current.metadata.annotations?.[desiredKey] === String(wanted) &&
    sizeOf(current) === wanted &&
    availableOf(current) === wanted
  ) {
    return new Map(old.filter((set) => sizeOf(set) > 0).map((set) => [set, 0]))
  }
  return isRolling(deployment) ? proportional(deployment, active) : new Map()
}

function proportional(deployment: Deployment, active: readonly ReplicaSet[]): Sizes {
  const wanted = wantedReplicas(deployment)
  const allowed = wanted > 0 ? wanted + boundsOf(deployment).maxSurge : 0
  const toAdd = allowed - sum(active, sizeOf)
  // Largest first; of equal ones the newest grows first and the oldest shrinks first.
  const age = (set: ReplicaSet): number => Date.parse(set.metadata.creationTimestamp ?? '') || 0
  const ordered = [...active].sort((a, b) => sizeOf(b) - sizeOf(a) || (toAdd > 0 ? age(b) - age(a) : age(a) - age(b)))
  const sizes = new Map<ReplicaSet, number>()
  let added = 0
  for (const set of ordered) {
    const share = toAdd === 0 ? 0 : fraction(deployment, set, allowed)
    const step = toAdd > 0 ? Math.min(share, toAdd - added) : Math.max(share, toAdd - added)
    sizes.set(set, sizeOf(set) + step)
    added += step
  }
  const first = ordered[0]
  if (first !== undefined) sizes.set(first, Math.max((sizes.get(first) ?? 0) + toAdd - added, 0))
  return sizes
}

function fraction(deployment: Deployment, set: ReplicaSet, allowed: number): number {
  if (wantedReplicas(deployment) === 0) return -sizeOf(set)
  const before = Number.parseInt(set.metadata.annotations?.[maxKey] ?? '', 10) || deployment.status?.replicas || sizeOf(set)
  return Math.round((sizeOf(set) * allowed) / before) - sizeOf(set)
}
