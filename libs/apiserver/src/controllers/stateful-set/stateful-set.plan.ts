/** What to do for one StatefulSet: pure. Rules: `k8s.io/kubernetes/pkg/controller/statefulset` of 1.34. */
import type { Pod, StatefulSet, StatefulSetStatus } from '@knative-ts/api/kubernetes'
import { revisionLabel } from '../controller-revision/revisions.ts'
import { hasEnded, isAvailable, isReady, readySince } from '../pod-state.ts'
import { ordinalOf } from './stateful-pod-of.ts'

export interface StatefulSetPlan {
  /** Ordinals to create, lowest first, and whether of the template before the present one. */
  readonly create: readonly { readonly ordinal: number; readonly old: boolean }[]
  readonly remove: readonly Pod[]
}

interface Placed {
  readonly ordinal: number
  readonly pod: Pod
}

/** `current` and `update`: names of the revision that runs and of the one that shall. */
export function planStatefulSet(set: StatefulSet, owned: readonly Pod[], current: string, update: string, now: number): StatefulSetPlan {
  if (set.metadata.deletionTimestamp !== undefined) return { create: [], remove: [] }
  const { spec } = set
  const start = spec?.ordinals?.start ?? 0
  const end = start + (spec?.replicas ?? 1)
  const placed = placedOf(set, owned)
  const inOrder = spec?.podManagementPolicy !== 'Parallel'
  const partition = start + (spec?.updateStrategy?.rollingUpdate?.partition ?? 0)
  const create: { ordinal: number; old: boolean }[] = []
  const remove: Pod[] = []
  const isGood = (pod: Pod): boolean => !isLeaving(pod) && isAvailable(pod, spec?.minReadySeconds ?? 0, now)

  for (let ordinal = start; ordinal < end; ordinal++) {
    const pod = placed.find((one) => one.ordinal === ordinal)?.pod
    const waits = pod === undefined || hasEnded(pod) || !isGood(pod)
    if (pod === undefined) create.push({ ordinal, old: ordinal < partition && current !== update })
    else if (hasEnded(pod) && !isLeaving(pod)) remove.push(pod)
    // Also for a pod that a bad template broke: Kubernetes waits for somebody to delete it ("forced rollback").
    if (waits && inOrder) return { create, remove }
  }
  const condemned = placed.filter(({ ordinal }) => ordinal < start || ordinal >= end).toReversed()
  for (const { pod } of condemned) {
    if (isLeaving(pod)) {
      if (inOrder) return { create, remove }
      continue
    }
    remove.push(pod)
    if (inOrder) return { create, remove }
  }
  if (create.length + remove.length > 0 || spec?.updateStrategy?.type === 'OnDelete') return { create, remove }
  for (const { ordinal, pod } of placed.toReversed()) {
    if (ordinal >= end || ordinal < Math.max(partition, start)) continue
    if (isLeaving(pod)) return { create, remove }
    if (pod.metadata.labels?.[revisionLabel] !== update) return { create, remove: [pod] }
    if (!isGood(pod)) return { create, remove }
  }
  return { create, remove }
}

/** The revision that runs becomes the one that shall when every pod is of it and ready. */
export function statefulSetStatusOf(
  set: StatefulSet,
  owned: readonly Pod[],
  current: string,
  update: string,
  now: number
): StatefulSetStatus {
  const pods = placedOf(set, owned).map(({ pod }) => pod)
  const of = (revision: string): number => pods.filter((pod) => !isLeaving(pod) && pod.metadata.labels?.[revisionLabel] === revision).length
  const ready = pods.filter((pod) => !isLeaving(pod) && isReady(pod))
  const minReady = set.spec?.minReadySeconds ?? 0
  const updated = of(update)
  const done = set.spec?.updateStrategy?.type !== 'OnDelete' && updated === pods.length && ready.length === pods.length
  const counts = {
    readyReplicas: ready.length,
    currentReplicas: done ? updated : of(current),
    updatedReplicas: updated
  }
  return {
    observedGeneration: set.metadata.generation ?? 0,
    replicas: pods.length,
    ...Object.fromEntries(Object.entries(counts).filter(([, count]) => count !== 0)),
    currentRevision: done ? update : current,
    updateRevision: update,
    collisionCount: 0,
    availableReplicas: ready.filter((pod) => isAvailable(pod, minReady, now)).length
  }
}

/** When the next ready pod becomes available, ms. */
export function nextAvailable(set: StatefulSet, owned: readonly Pod[], now: number): number | undefined {
  const minReadyMs = (set.spec?.minReadySeconds ?? 0) * 1000
  const times = owned.map((pod) => (readySince(pod) ?? Number.NaN) + minReadyMs).filter((time) => time > now)
  return times.length === 0 ? undefined : Math.min(...times)
}

function placedOf(set: StatefulSet, owned: readonly Pod[]): Placed[] {
  return owned
    .flatMap((pod) => {
      const ordinal = ordinalOf(set, pod)
      return ordinal === undefined ? [] : [{ ordinal, pod }]
    })
    .sort((a, b) => a.ordinal - b.ordinal)
}

const isLeaving = (pod: Pod): boolean => pod.metadata.deletionTimestamp !== undefined
