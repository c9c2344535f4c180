/** Which pods nobody needs and nobody else will delete: pure. Rules: `k8s.io/kubernetes/pkg/controller/podgc` of 1.34. */
import type { Node, Pod } from '@knative-ts/api/kubernetes'
import type { Disruption } from '../disrupted.ts'
import { hasEnded } from '../pod-state.ts'

/** Kubernetes' default for --terminated-pod-gc-threshold. */
export const endedPodsKept = 12_500

export interface Garbage {
  readonly pod: Pod
  /** Written on a pod that has not ended. */
  readonly why?: Disruption
}

const orphaned: Disruption = { reason: 'DeletionByPodGC', message: 'PodGC: node no longer exists' }

/** `gone`: names of nodes that are known to be no more. `kept`: how many pods that ended may stay. */
export function planGarbage(pods: readonly Pod[], nodes: readonly Node[], gone: ReadonlySet<string>, kept = endedPodsKept): Garbage[] {
  const ended = pods.filter(hasEnded)
  const tooMany = ended.length > kept ? ended.toSorted(evictedThenOldest).slice(0, ended.length - kept) : []
  const outOfService = new Set(nodes.filter(isOutOfService).map(({ metadata }) => metadata.name ?? ''))
  const leaving = pods.filter(({ metadata }) => metadata.deletionTimestamp !== undefined)
  const stranded = leaving.filter(({ spec }) => outOfService.has(spec?.nodeName ?? ''))
  const orphans = pods.filter(({ spec }) => gone.has(spec?.nodeName ?? ''))
  const unscheduled = leaving.filter(({ spec }) => !spec?.nodeName)
  const found = new Map<Pod, Garbage>()
  for (const pod of [...tooMany, ...stranded.toSorted(evictedThenOldest)]) found.set(pod, { pod })
  for (const pod of orphans) if (!found.has(pod)) found.set(pod, { pod, why: orphaned })
  for (const pod of unscheduled) if (!found.has(pod)) found.set(pod, { pod })
  return [...found.values()]
}

/** Names of nodes that pods are on, and that are not among `nodes`. */
export function missingNodes(pods: readonly Pod[], nodes: readonly Node[]): Set<string> {
  const present = new Set(nodes.map(({ metadata }) => metadata.name))
  return new Set(pods.map(({ spec }) => spec?.nodeName ?? '').filter((name) => name !== '' && !present.has(name)))
}

/** Not ready, and somebody says that it will not come back with what ran on it. */
function isOutOfService({ spec, status }: Node): boolean {
  const ready = status?.conditions?.find(({ type }) => type === 'Ready')?.status === 'True'
  return !ready && (spec?.taints ?? []).some(({ key }) => key === 'node.kubernetes.io/out-of-service')
}

/** Evicted ones go first: they tell the least, and controllers have replaced them. */
function evictedThenOldest(a: Pod, b: Pod): number {
  return (
    Number(isEvicted(b)) - Number(isEvicted(a)) ||
    order(a.metadata.creationTimestamp, b.metadata.creationTimestamp) ||
    order(a.metadata.name, b.metadata.name)
  )
}

const isEvicted = ({ status }: Pod): boolean => status?.phase === 'Failed' && status.reason === 'Evicted'
const order = (a = '', b = ''): number => (a < b ? -1 : a > b ? 1 : 0)
