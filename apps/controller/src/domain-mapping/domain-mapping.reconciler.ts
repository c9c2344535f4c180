import {
  domainMappingConditions,
  domainMappings,
  firstOf,
  ingressClassAnnotations,
  leavingName,
  takenName,
  type ClusterDomainClaim,
  type DomainMapping,
  type DomainMappingStatus,
  type Ingress
} from '@knative-ts/api'
import { again, ensureOwned, equalJson, Marks, NotOwnedError, settled, type Kept, type Outcome } from '@knative-ts/kube'
import { giveUpCertificates } from '../certificate/give-up-certificates.ts'
import type { CertificateKeeping } from '../certificate/ensure-certificate.ts'
import { claimDomain, releaseDomain } from '../domain-claim/claim-domain.ts'
import { externalUrl } from '../ingress/external-url.ts'
import { followIngress, markNotConfigured } from '../ingress/follow-ingress.ts'
import { httpOptionOf } from '../ingress/http-option.ts'
import type { RouteSettings } from '../route/route-settings.ts'
import { domainTarget } from './domain-target.ts'
import { mappedIngressOf } from './mapped-ingress-of.ts'
import { secureDomain } from './secure-domain.ts'
import { isWatched, type Targets } from './targets.ts'

type Current = DomainMapping & { status: DomainMappingStatus }

/** What upstream puts on every DomainMapping: its claim is given back before it goes. */
export const domainMappingFinalizer = 'domainmappings.serving.knative.dev'

/** Milliseconds until a target of a kind that is not watched is asked for again. */
const askAgainMs = 10_000

export interface DomainMappingCollaborators extends CertificateKeeping {
  readonly targets: Targets
  readonly claims: Kept<ClusterDomainClaim>
  readonly ingresses: Kept<Ingress>
  readonly settings: () => RouteSettings
}

/** A DomainMapping is a claim on its domain, a certificate where one is wanted, and a KIngress. */
export class DomainMappingReconciler {
  readonly #with: DomainMappingCollaborators

  constructor(collaborators: DomainMappingCollaborators) {
    this.#with = collaborators
  }

  async reconcile(mapping: Current): Promise<Outcome> {
    const { network, clusterDomain } = this.#with.settings()
    const ingressClass = firstOf(mapping.metadata.annotations, ingressClassAnnotations) ?? network.ingressClass
    const marks = new Marks(mapping.status, domainMappingConditions)
    if (mapping.status.observedGeneration !== mapping.metadata.generation) markNotConfigured(marks, ingressClass)
    tellUrl(mapping, externalUrl(network.defaultExternalScheme, mapping.metadata.name ?? '', network))
    await claimDomain(this.#with.claims, mapping, network.autocreateClusterDomainClaims)
    const { scheme, tls, challenges, surplus } = await secureDomain(this.#with, mapping, network)
    tellUrl(mapping, externalUrl(scheme, mapping.metadata.name ?? '', network))
    const target = domainTarget(mapping, await this.#with.targets.find(mapping), clusterDomain)
    if (target.kind === 'unresolved') {
      marks.false('ReferenceResolved', 'ResolveFailed', target.message)
      throw new Error(`resolving reference: ${target.message}`)
    }
    marks.true('ReferenceResolved')
    const httpOption = httpOptionOf(marks, mapping.metadata.annotations, network)
    const { host, service } = target
    const ingress = mappedIngressOf(mapping, { host, service, ingressClass, httpOption, tls, challenges })
    try {
      const served = await this.#ingress(mapping, ingress)
      followIngress(marks, served, ingressClass)
      await giveUpCertificates(this.#with, surplus, served)
    } catch (error) {
      if (error instanceof NotOwnedError) markTaken(marks, error)
      throw error
    }
    return isWatched(mapping.spec.ref) ? settled : again(askAgainMs)
  }

  async finalize(mapping: DomainMapping): Promise<void> {
    await releaseDomain(this.#with.claims, mapping, this.#with.settings().network.autocreateClusterDomainClaims)
  }

  async #ingress(mapping: DomainMapping, desired: Ingress): Promise<Ingress> {
    const { object, action } = await ensureOwned(this.#with.ingresses, mapping, domainMappings, desired, (current) => {
      const { labels = {}, annotations = {} } = desired.metadata
      const same = equalJson([current.spec, current.metadata.labels, current.metadata.annotations], [desired.spec, labels, annotations])
      return same ? undefined : { ...current, metadata: { ...current.metadata, labels, annotations }, spec: desired.spec }
    })
    if (action === 'created') this.#with.recorder.record(mapping, 'Normal', 'Created', `Created Ingress "${object.metadata.name}"`)
    return object
  }
}

function tellUrl({ status }: Current, url: string): void {
  status.url = url
  status.address = { url }
}

function markTaken(marks: Marks, { kind, child, former }: NotOwnedError): void {
  if (former) marks.unknown('IngressReady', 'IngressNotConfigured', leavingName(kind, child))
  else marks.false('IngressReady', 'NotOwned', takenName(kind, child, 'Delete it, so that it is made anew.'))
}
