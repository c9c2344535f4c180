/** Whether the one node suits a pod, in the scheduler's words. */
import type * as k8s from '@knative-ts/api/kubernetes'
import { parseQuantity } from '../quantity.ts'

/** Undefined when the pod fits; else the scheduler's message. One machine is overcommitted at will: requests of other pods do not count. */
export function misfit(pod: k8s.Pod, node: k8s.Node): string | undefined {
  const reason = reasonAgainst(pod, node)
  return reason === undefined
    ? undefined
    : `0/1 nodes are available: 1 ${reason}. no new claims to deallocate, preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling.`
}

function reasonAgainst({ spec }: k8s.Pod, node: k8s.Node): string | undefined {
  const cordon = { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' }
  if (node.spec?.unschedulable === true && keepsAway(cordon, spec?.tolerations ?? [])) return 'node(s) were unschedulable'
  if ((node.spec?.taints ?? []).some((taint) => keepsAway(taint, spec?.tolerations ?? []))) return 'node(s) had untolerated taint(s)'
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

/** PreferNoSchedule has nothing to prefer where there is one node. */
function keepsAway(taint: k8s.Taint, tolerations: readonly k8s.Toleration[]): boolean {
  if (taint.effect !== 'NoSchedule' && taint.effect !== 'NoExecute') return false
  return !tolerations.some(({ key = '', operator = 'Equal', value = '', effect = '' }) => {
    if (effect !== '' && effect !== taint.effect) return false
    if (key === '') return operator === 'Exists'
    return key === taint.key && (operator === 'Exists' || value === (taint.value ?? ''))
  })
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
