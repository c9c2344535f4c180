import { gatewayIngressClass, readyOf, type Ingress } from '@knative-ts/api'
import type { Marks } from '@knative-ts/kube'

/** Nobody but the controller of its class knows how an ingress goes; one that does not run cannot say so. */
export function markNotConfigured(marks: Marks, ingressClass: string): void {
  const whose =
    ingressClass === gatewayIngressClass
      ? ''
      : ` It is of class "${ingressClass}": when this stays, no controller of that class runs. Install it, or name another class in ConfigMap config-network (ingress-class) or in the annotation networking.knative.dev/ingress-class.`
  marks.unknown('IngressReady', 'IngressNotConfigured', `Ingress has not yet been reconciled.${whose}`)
}

/** Takes over what the KIngress says of its latest spec. */
export function followIngress(marks: Marks, ingress: Ingress, ingressClass: string): void {
  if (ingress.status?.observedGeneration !== ingress.metadata.generation) markNotConfigured(marks, ingressClass)
  else marks.mirror('IngressReady', readyOf(ingress))
}
