/** Whether a pod of a DaemonSet belongs on a node: pure. Rules: `NodeShouldRunDaemonPod`. */
import type { Node, PodSpec, Toleration } from '@knative-ts/api/kubernetes'
import { selectsNode, untoleratedTaints } from '@knative-ts/kube'

/** What pods of DaemonSets put up with: nodes in trouble need their daemons most. */
export const daemonTolerations: readonly Toleration[] = [
  { key: 'node.kubernetes.io/not-ready', operator: 'Exists', effect: 'NoExecute' },
  { key: 'node.kubernetes.io/unreachable', operator: 'Exists', effect: 'NoExecute' },
  { key: 'node.kubernetes.io/disk-pressure', operator: 'Exists', effect: 'NoSchedule' },
  { key: 'node.kubernetes.io/memory-pressure', operator: 'Exists', effect: 'NoSchedule' },
  { key: 'node.kubernetes.io/pid-pressure', operator: 'Exists', effect: 'NoSchedule' },
  { key: 'node.kubernetes.io/unschedulable', operator: 'Exists', effect: 'NoSchedule' }
]

/** Whether the node is right for it, and whether a taint keeps new ones away or drives present ones off. */
export function fitOf(spec: PodSpec | undefined, node: Node): { readonly shouldRun: boolean; readonly mayStay: boolean } {
  const named = !spec?.nodeName || spec.nodeName === node.metadata.name
  if (!named || !selectsNode(spec, node)) return { shouldRun: false, mayStay: false }
  const fatal = untoleratedTaints(node, [...(spec?.tolerations ?? []), ...daemonTolerations])
  const away = fatal.some(({ effect }) => effect === 'NoExecute')
  return { shouldRun: !away && !fatal.some(({ effect }) => effect === 'NoSchedule'), mayStay: !away }
}
