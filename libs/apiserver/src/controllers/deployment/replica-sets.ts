/** The ReplicaSets of one Deployment, told apart. */
import type { Deployment, ReplicaSet } from '@knative-ts/api/kubernetes'
import { sameTemplate } from './template-hash.ts'

export interface OwnedSets {
  /** The one of the present template, if there is one. */
  readonly current: ReplicaSet | undefined
  /** All others, oldest first. */
  readonly old: readonly ReplicaSet[]
}

/** The oldest one with the present template is the current one: two could exist after a crash between hash collisions. */
export function splitSets(deployment: Deployment, sets: readonly ReplicaSet[]): OwnedSets {
  const ordered = [...sets].sort(byAge)
  const current = ordered.find((set) => sameTemplate(set.spec?.template, deployment.spec?.template))
  return { current, old: ordered.filter((set) => set !== current) }
}

export function sizeOf(set: ReplicaSet): number {
  return set.spec?.replicas ?? 1
}

export function availableOf(set: ReplicaSet): number {
  return set.status?.availableReplicas ?? 0
}

export function sum(sets: readonly ReplicaSet[], of: (set: ReplicaSet) => number): number {
  return sets.reduce((total, set) => total + of(set), 0)
}

function byAge(a: ReplicaSet, b: ReplicaSet): number {
  const [first, second] = [a.metadata.creationTimestamp ?? '', b.metadata.creationTimestamp ?? '']
  if (first !== second) return first < second ? -1 : 1
  return (a.metadata.name ?? '') < (b.metadata.name ?? '') ? -1 : 1
}
