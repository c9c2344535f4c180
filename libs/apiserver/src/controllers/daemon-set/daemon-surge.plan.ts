/** An update that starts the new pod of a node beside the old one: pure. Rules: `rollingUpdate` and `podsShouldBeOnNode` of 1.34 with maxSurge. */
import type { DaemonSet, Pod } from '@knative-ts/api/kubernetes'
import { revisionLabel } from '../controller-revision/revisions.ts'
import { isAvailable, isReady } from '../pod-state.ts'

/** The live pods of one node that the set is for, oldest first. */
export interface NodePods {
  readonly node: string
  readonly pods: readonly Pod[]
}

/** How many nodes may have two pods at a time; 0: none, the old pod goes first. */
export function surgeOf({ spec }: DaemonSet, desired: number): number {
  if (spec?.updateStrategy?.type === 'OnDelete') return 0
  const most = spec?.updateStrategy?.rollingUpdate?.maxSurge ?? 0
  return typeof most === 'number' ? most : Math.ceil((Number.parseInt(most, 10) * desired) / 100)
}

/** `hash`: of the present template. Nodes without any pod are not its business. */
export function planSurge(set: DaemonSet, places: readonly NodePods[], surge: number, hash: string, now: number) {
  const serves = (pod: Pod): boolean => isAvailable(pod, set.spec?.minReadySeconds ?? 0, now)
  const create: string[] = []
  const candidates: string[] = []
  const remove: Pod[] = []
  let surging = 0
  for (const { node, pods } of places) {
    const [fresh, ...tooNew] = pods.filter((pod) => pod.metadata.labels?.[revisionLabel] === hash)
    const [old, ...tooOld] = pods.filter((pod) => pod.metadata.labels?.[revisionLabel] !== hash)
    remove.push(...tooNew, ...tooOld)
    if (old === undefined) continue
    if (fresh === undefined) (serves(old) ? candidates : create).push(node)
    else if (!isReady(old) || serves(fresh)) remove.push(old)
    else surging++
  }
  return { create: [...create, ...candidates.slice(0, Math.max(surge - surging, 0))], remove }
}
