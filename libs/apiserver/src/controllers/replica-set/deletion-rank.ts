/** Which pods go first when there are too many. Rules: `ActivePodsWithRanks` in `k8s.io/kubernetes/pkg/controller`. */
import type { Pod } from '@knative-ts/api/kubernetes'
import { isReady, readySince } from '../pod-state.ts'

const phases = ['Pending', 'Unknown', 'Running']

/**
 * Negative when `a` goes before `b`: not on a node, pending, not ready, cheap by annotation, ready for a shorter time, restarted more often,
 * newer. The spread over nodes does not count: there is one node.
 */
export function compareForDeletion(a: Pod, b: Pod): number {
  return (
    Number(a.spec?.nodeName !== undefined) - Number(b.spec?.nodeName !== undefined) ||
    phases.indexOf(a.status?.phase ?? 'Pending') - phases.indexOf(b.status?.phase ?? 'Pending') ||
    Number(isReady(a)) - Number(isReady(b)) ||
    costOf(a) - costOf(b) ||
    (readySince(b) ?? 0) - (readySince(a) ?? 0) ||
    restartsOf(b) - restartsOf(a) ||
    createdAt(b) - createdAt(a)
  )
}

function costOf(pod: Pod): number {
  return Number.parseInt(pod.metadata.annotations?.['controller.kubernetes.io/pod-deletion-cost'] ?? '0', 10) || 0
}

function restartsOf(pod: Pod): number {
  return Math.max(0, ...(pod.status?.containerStatuses ?? []).map((status) => status.restartCount ?? 0))
}

const createdAt = (pod: Pod): number => Date.parse(pod.metadata.creationTimestamp ?? '') || 0
