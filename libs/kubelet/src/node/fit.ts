/** Whether the one node suits a pod, in the scheduler's words. */
import type * as k8s from '@knative-ts/api/kubernetes'
import { selectsNode, tolerates, untoleratedTaints } from '@knative-ts/kube'
import { parseQuantity } from '../quantity.ts'

const cordon: k8s.Taint = { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' }

/** Undefined when the pod fits; else the scheduler's message. One machine is overcommitted at will: requests of other pods do not count. */
export function misfit(pod: k8s.Pod, node: k8s.Node): string | undefined {
  const reason = reasonAgainst(pod, node)
  return reason === undefined
    ? undefined
    : `0/1 nodes are available: 1 ${reason}. no new claims to deallocate, preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling.`
}

function reasonAgainst({ spec }: k8s.Pod, node: k8s.Node): string | undefined {
  const tolerations = spec?.tolerations ?? []
  if (node.spec?.unschedulable === true && !tolerations.some((toleration) => tolerates(toleration, cordon)))
    return 'node(s) were unschedulable'
  if (untoleratedTaints(node, tolerations).some(keepsAway)) return 'node(s) had untolerated taint(s)'
  if (!selectsNode(spec, node)) return "node(s) didn't match Pod's node affinity/selector"
  for (const resource of ['cpu', 'memory'] as const) {
    const asked = (spec?.containers ?? []).reduce((sum, { resources }) => sum + parseQuantity(resources?.requests?.[resource] ?? '0'), 0)
    if (asked > parseQuantity(node.status?.allocatable?.[resource] ?? '0')) return `Insufficient ${resource}`
  }
  return undefined
}

/** PreferNoSchedule has nothing to prefer where there is one node. */
const keepsAway = ({ effect }: k8s.Taint): boolean => effect === 'NoSchedule' || effect === 'NoExecute'
