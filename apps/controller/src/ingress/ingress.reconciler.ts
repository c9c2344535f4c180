import {
  firstOf,
  gatewayIngressClass,
  ingressClassAnnotations,
  ingressConditions,
  isReady,
  keyOf,
  keyText,
  type Ingress,
  type IngressStatus
} from '@knative-ts/api'
import { Marks, type Outcome, settled } from '@knative-ts/kube'
import { versionOf } from '../routing/routes-of.ts'
import { privateLoadBalancer, publicLoadBalancer } from './load-balancers.ts'

type Current = Ingress & { status: IngressStatus }

/** Knows which versions the gateways serve. */
export interface Acknowledgements {
  servedByAll(key: string, version: string): boolean
  release(key: string): void
}

/** Ours is what names our class. */
export const isOurs = (ingress: Ingress): boolean => firstOf(ingress.metadata.annotations, ingressClassAnnotations) === gatewayIngressClass

/** A KIngress of our class is ready when every live gateway serves this version of it. */
export class IngressReconciler {
  readonly #gateways: Acknowledgements
  readonly #clusterDomain: string

  constructor(gateways: Acknowledgements, clusterDomain: string) {
    this.#gateways = gateways
    this.#clusterDomain = clusterDomain
  }

  reconcile(ingress: Current): Promise<Outcome> {
    const marks = new Marks(ingress.status, ingressConditions)
    ingress.status.publicLoadBalancer = publicLoadBalancer(this.#clusterDomain)
    ingress.status.privateLoadBalancer = privateLoadBalancer(this.#clusterDomain)
    marks.true('NetworkConfigured')
    const key = keyText(keyOf(ingress))
    // Once served it stays so: a gateway that starts later gets all routes before it is ready itself.
    const served = isReady(ingress) || this.#gateways.servedByAll(key, versionOf(ingress.spec))
    if (served) marks.true('LoadBalancerReady')
    else marks.unknown('LoadBalancerReady', 'Uninitialized', 'Waiting for load balancer to be ready')
    return Promise.resolve(settled)
  }

  finalize(ingress: Ingress): Promise<void> {
    this.#gateways.release(keyText(keyOf(ingress)))
    return Promise.resolve()
  }
}
