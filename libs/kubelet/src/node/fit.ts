/** Whether the one node suits a pod, in the scheduler's words. */
import type * as k8s from '@knative-ts/api/kubernetes'
import { parseQuantity } from '../quantity.ts'

/** Undefined when the pod fits; else the scheduler's message. `pods` are those already on the node. */
export function misfit(pod: k8s.Pod, node: k8s.Node): string | undefined {
  const reason = reasonAgainst(pod, node)
  return reason === undefined
    ? undefined
    : `0/1 nodes are available: 1 ${reason}. preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling.`
}

function reasonAgainst({ spec }: k8s.Pod, node: k8s.Node): string | undefined {
  if (node.spec?.unschedulable === true) return 'node(s) were unschedulable'
  const labels = node.metadata.labels ?? {}
  const selected = Object.entries(spec?.nodeSelector ?? {}).every(([key, value]) => labels[key] === value)
  const terms = spec?.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms
  if (!selected || (terms !== undefined && !terms.some((term) => matches(term, node))))
    return "node(s) didn't match Pod's node affinity/selector"
  for (const resource of ['cpu', 'memory'] as const) {
    const asked = (spec?.containers ?? []).reduce((sum, { resources }) => sum + parseQuantity(resources?.requests?.[resource] ?? '0'), 0)
    if (asked > parseQuantity(node.status?.allocatable?.[resource] ?? '0')) return `Insufficient ${resource}`
  }
  return undefined
}

function matches(term: k8s.NodeSelectorTerm, node: k8s.Node): boolean {
  const byLabel = (term.matchExpressions ?? []).every((each) => holds(each, node.metadata.labels?.[each.key]))
  const byField = (term.matchFields ?? []).every((each) => holds(each, each.key === 'metadata.name' ? node.metadata.name : undefined))
  return byLabel && byField
}

function holds({ operator, values = [] }: k8s.NodeSelectorRequirement, value: string | undefined): boolean {
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value)
    case 'NotIn':
      return value === undefined || !values.includes(value)
    case 'Exists':
      return value !== undefined
    case 'DoesNotExist':
      return value === undefined
    case 'Gt':
      return value !== undefined && Number(value) > Number(values[0])
    case 'Lt':
      return value !== undefined && Number(value) < Number(values[0])
    default:
      return false
  }
}
