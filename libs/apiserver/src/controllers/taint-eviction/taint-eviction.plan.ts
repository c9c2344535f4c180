/** When a taint drives a pod off its node: pure. Rules: `k8s.io/kubernetes/pkg/controller/tainteviction` of 1.34. */
import type { Node, Pod, Taint } from '@knative-ts/api/kubernetes'
import { tolerates } from '@knative-ts/kube'

/** The taints that drive pods off. */
export const drivingTaints = (node: Node | undefined): Taint[] => (node?.spec?.taints ?? []).filter(({ effect }) => effect === 'NoExecute')

/** For how long the pod bears the taints, ms: 0 not at all, Infinity for ever. Of each taint the first toleration that bears it counts. */
export function patienceOf({ spec }: Pod, taints: readonly Taint[]): number {
  let shortest = Infinity
  for (const taint of taints) {
    const toleration = spec?.tolerations?.find((one) => tolerates(one, taint))
    if (toleration === undefined) return 0
    shortest = Math.min(shortest, Math.max(toleration.tolerationSeconds ?? Infinity, 0) * 1000)
  }
  return shortest
}
