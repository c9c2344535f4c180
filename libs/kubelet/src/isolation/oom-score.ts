import type * as k8s from '@knative-ts/api/kubernetes'
import { parseQuantity } from '../quantity.ts'

/** Who goes first when the machine's memory is full: the kubelet's numbers by the pod's quality of service (pkg/kubelet/qos/policy.go). */
export function oomScoreAdjustment(pod: k8s.Pod, container: k8s.Container, machineBytes: number): number {
  const quality = pod.status?.qosClass
  if (quality === 'Guaranteed') return -997
  const requested = parseQuantity(container.resources?.requests?.memory ?? container.resources?.limits?.memory ?? '0')
  if (quality === 'BestEffort' || requested === 0) return 1000
  const adjustment = 1000 - Math.floor((1000 * requested) / machineBytes)
  return Math.min(999, Math.max(3, adjustment))
}
