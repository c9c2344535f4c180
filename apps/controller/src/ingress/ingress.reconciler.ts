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
import { versionOf } from '../routing/version-of.ts'
import { privateLoadBalancer, publicLoadBalancer } from './load-balancers.ts'

type Current = Ingress & { status: IngressStatus }

/** How long an acknowledgement usually takes, at most. */
const usualMs = 100

/** Knows which versions the gateways serve. */
export interface Acknowledgements {
  servedByAll(key: string, version: string): boolean
  whenServedByAll(key: string, version: string, ms: number, signal: AbortSignal): Promise<boolean>
  release(key: string): void
  /** What a KIngress names and gateways cannot be given, and what to do about it; undefined when nothing is lacking. */
  lacking(key: string): string | undefined
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

  async reconcile(ingress: Current, signal: AbortSignal): Promise<Outcome> {
    const marks = new Marks(ingress.status, ingressConditions)
    ingress.status.publicLoadBalancer = publicLoadBalancer(this.#clusterDomain)
    ingress.status.privateLoadBalancer = privateLoadBalancer(this.#clusterDomain)
    marks.true('NetworkConfigured')
    const key = keyText(keyOf(ingress))
    // Once served it stays so: a gateway that starts later gets all routes before it is ready itself.
    const served = isReady(ingress) || (await this.#isServed(ingress, key, signal))
    if (served) marks.true('LoadBalancerReady')
    else {
      const lacking = this.#gateways.lacking(key)
      if (lacking === undefined) marks.unknown('LoadBalancerReady', 'Uninitialized', 'Waiting for load balancer to be ready')
      else marks.unknown('LoadBalancerReady', 'CertificateMissing', lacking)
    }
    return settled
  }

  /**
   * Gateways acknowledge within milliseconds: a version that is new is given that long, which spares the KIngress, its Route and its Service
   * a status each that says "not yet".
   */
  #isServed(ingress: Current, key: string, signal: AbortSignal): boolean | Promise<boolean> {
    const version = versionOf(ingress)
    const isNew = ingress.status.observedGeneration !== ingress.metadata.generation
    return isNew ? this.#gateways.whenServedByAll(key, version, usualMs, signal) : this.#gateways.servedByAll(key, version)
  }

  finalize(ingress: Ingress): Promise<void> {
    this.#gateways.release(keyText(keyOf(ingress)))
    return Promise.resolve()
  }
}
