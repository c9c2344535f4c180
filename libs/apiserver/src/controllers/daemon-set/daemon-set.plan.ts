/** What to do for one DaemonSet: pure. Rules: `k8s.io/kubernetes/pkg/controller/daemon` of 1.34. */
import type { DaemonSet, DaemonSetStatus, Node, Pod } from '@knative-ts/api/kubernetes'
import { revisionLabel } from '../controller-revision/revisions.ts'
import { hasEnded, isAvailable, isLeaving, isReady, readySince } from '../pod-state.ts'
import { nodeOf } from './daemon-pod-of.ts'
import { planSurge, surgeOf, type NodePods } from './daemon-surge.plan.ts'
import { fitOf } from './node-fit.ts'

export interface DaemonSetPlan {
  /** Nodes that lack their pod. */
  readonly create: readonly string[]
  readonly remove: readonly Pod[]
  /** Ended, on nodes where they belong: each goes, and its place gets another. */
  readonly ended: readonly Pod[]
}

/** `hash`: of the present template. */
export function planDaemonSet(set: DaemonSet, owned: readonly Pod[], nodes: readonly Node[], hash: string, now: number): DaemonSetPlan {
  if (set.metadata.deletionTimestamp !== undefined) return { create: [], remove: [], ended: [] }
  const create: string[] = []
  const remove: Pod[] = []
  const ended: Pod[] = []
  const kept: Pod[] = []
  const places: NodePods[] = []
  const surge = surgeOf(set, nodes.filter((node) => fitOf(set.spec?.template?.spec, node).shouldRun).length)
  const names = new Set(nodes.map(({ metadata }) => metadata.name))
  for (const node of nodes) {
    const name = node.metadata.name ?? ''
    const { shouldRun, mayStay } = fitOf(set.spec?.template?.spec, node)
    const here = owned.filter((pod) => nodeOf(pod) === name)
    const live = here.filter((pod) => !isLeaving(pod))
    const good = live.filter((pod) => !hasEnded(pod)).sort(byAge)
    if (mayStay) ended.push(...live.filter(hasEnded))
    remove.push(...(mayStay ? (surge > 0 ? [] : good.slice(1)) : live))
    if (mayStay && good[0] !== undefined) kept.push(good[0])
    if (mayStay) places.push({ node: name, pods: good })
    // The place of a pod that ended, or is on its way out, is taken until it is gone.
    if (shouldRun && (here.length === 0 || (surge > 0 && live.length === 0))) create.push(name)
  }
  remove.push(...owned.filter((pod) => !isLeaving(pod) && !names.has(nodeOf(pod))))
  if (surge > 0) {
    const update = planSurge(set, places, surge, hash, now)
    return { create: [...create, ...update.create], remove: [...remove, ...update.remove], ended }
  }
  return { create, remove: [...remove, ...outdatedPods(set, kept, owned, nodes, hash, now)], ended }
}

export function daemonSetStatusOf(
  set: DaemonSet,
  owned: readonly Pod[],
  nodes: readonly Node[],
  hash: string,
  now: number
): DaemonSetStatus {
  const wanted = nodes.filter((node) => fitOf(set.spec?.template?.spec, node).shouldRun).map(({ metadata }) => metadata.name ?? '')
  const present = owned.filter((pod) => !isLeaving(pod))
  const scheduled = wanted.flatMap((node) => present.filter((pod) => nodeOf(pod) === node).sort(byAge)[0] ?? [])
  const available = scheduled.filter((pod) => isAvailable(pod, set.spec?.minReadySeconds ?? 0, now)).length
  const updated = scheduled.filter((pod) => pod.metadata.labels?.[revisionLabel] === hash).length
  const optional = { updatedNumberScheduled: updated, numberAvailable: available, numberUnavailable: wanted.length - available }
  const misplaced = new Set(present.map((pod) => nodeOf(pod) ?? '').filter((node) => node !== '' && !wanted.includes(node)))
  return {
    currentNumberScheduled: scheduled.length,
    numberMisscheduled: misplaced.size,
    desiredNumberScheduled: wanted.length,
    numberReady: scheduled.filter(isReady).length,
    observedGeneration: set.metadata.generation ?? 0,
    ...Object.fromEntries(Object.entries(optional).filter(([, count]) => count !== 0))
  }
}

/** When the next ready pod becomes available, ms. */
export function nextAvailable(set: DaemonSet, owned: readonly Pod[], now: number): number | undefined {
  const minReadyMs = (set.spec?.minReadySeconds ?? 0) * 1000
  const times = owned.map((pod) => (readySince(pod) ?? Number.NaN) + minReadyMs).filter((time) => time > now)
  return times.length === 0 ? undefined : Math.min(...times)
}

/** Pods of an old template that may go now: those that do not serve anyway, and others while enough serve. */
function outdatedPods(
  set: DaemonSet,
  kept: readonly Pod[],
  owned: readonly Pod[],
  nodes: readonly Node[],
  hash: string,
  now: number
): Pod[] {
  if (set.spec?.updateStrategy?.type === 'OnDelete') return []
  const isServing = (pod: Pod): boolean => isAvailable(pod, set.spec?.minReadySeconds ?? 0, now)
  const old = kept.filter((pod) => pod.metadata.labels?.[revisionLabel] !== hash)
  const idle = old.filter((pod) => !isServing(pod))
  const desired = daemonSetStatusOf(set, owned, nodes, hash, now).desiredNumberScheduled
  const most = set.spec?.updateStrategy?.rollingUpdate?.maxUnavailable ?? 1
  const allowed = Math.max(typeof most === 'number' ? most : Math.ceil((Number.parseInt(most, 10) * desired) / 100), 1)
  const room = Math.max(allowed - (desired - kept.filter(isServing).length), 0)
  return [...idle, ...old.filter(isServing).slice(0, room)]
}

const byAge = (a: Pod, b: Pod): number => ((a.metadata.creationTimestamp ?? '') < (b.metadata.creationTimestamp ?? '') ? -1 : 1)
