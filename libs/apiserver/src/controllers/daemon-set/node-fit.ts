/** Whether a pod of a DaemonSet belongs on a node: pure. Rules: `NodeShouldRunDaemonPod`. */
import type { Node, NodeSelectorTerm, PodSpec, Taint, Toleration } from '@knative-ts/api/kubernetes'

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
  if (!isWanted(spec, node)) return { shouldRun: false, mayStay: false }
  const tolerations = [...(spec?.tolerations ?? []), ...daemonTolerations]
  const fatal = (node.spec?.taints ?? []).filter((taint) => !tolerations.some((toleration) => tolerates(toleration, taint)))
  const away = fatal.some(({ effect }) => effect === 'NoExecute')
  return { shouldRun: !away && !fatal.some(({ effect }) => effect === 'NoSchedule'), mayStay: !away }
}

function isWanted(spec: PodSpec | undefined, node: Node): boolean {
  if (spec?.nodeName && spec.nodeName !== node.metadata.name) return false
  const labels = node.metadata.labels ?? {}
  if (!Object.entries(spec?.nodeSelector ?? {}).every(([key, value]) => labels[key] === value)) return false
  const terms = spec?.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms
  return terms === undefined || terms.some((term) => holds(term, node))
}

function holds({ matchExpressions = [], matchFields = [] }: NodeSelectorTerm, node: Node): boolean {
  if (matchExpressions.length + matchFields.length === 0) return false
  const labels = node.metadata.labels ?? {}
  const fields: Readonly<Record<string, string | undefined>> = { 'metadata.name': node.metadata.name }
  return (
    matchExpressions.every(({ key, operator, values = [] }) => meets(labels[key], operator, values)) &&
    matchFields.every(({ key, operator, values = [] }) => meets(fields[key], operator, values))
  )
}

function meets(value: string | undefined, operator: string, values: readonly string[]): boolean {
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
      return Number(value) > Number(values[0])
    case 'Lt':
      return Number(value) < Number(values[0])
    default:
      return false
  }
}

function tolerates(toleration: Toleration, taint: Taint): boolean {
  if (toleration.effect && toleration.effect !== taint.effect) return false
  if (toleration.key && toleration.key !== taint.key) return false
  return toleration.operator === 'Exists' || (toleration.value ?? '') === (taint.value ?? '')
}
