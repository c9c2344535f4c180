import {
  certificates as certificateResource,
  rolesCertificateName,
  wildcardDomainLabel,
  type Certificate,
  type Ingress,
  type ObjectKey
} from '@knative-ts/api'
import { namespaces as namespaceResource, type Namespace } from '@knative-ts/api/kubernetes'
import {
  again,
  ensureOwned,
  equalJson,
  errorText,
  isControlledBy,
  settled,
  type EventRecorder,
  type Kept,
  type Outcome
} from '@knative-ts/kube'
import type { RouteSettings } from '../route/route-settings.ts'
import { rolesCertificateOf } from '../certificate/internal-certificate-of.ts'
import { isSelected, wildcardsOf } from './wildcard-of.ts'

/** Milliseconds until a certificate that is to go is looked at again. */
const lookAgainMs = 2_000

/** A namespace owns no other Certificates than those for all its hosts. */
const isWildcardOf = (namespace: Namespace, certificate: Certificate): boolean =>
  isControlledBy(certificate, namespace) && certificate.spec.dnsNames.every((name) => name.startsWith('*.'))

export interface NamespaceCertificateCollaborators {
  readonly namespaces: Kept<Namespace>
  readonly certificates: Kept<Certificate>
  readonly ingresses: Kept<Ingress>
  readonly recorder: EventRecorder
  readonly settings: () => Pick<RouteSettings, 'network' | 'domain'>
  readonly systemNamespace: string
}

/**
 * A namespace that config-network selects has one certificate for all its hosts under each domain: Routes there need none of their own. The system namespace has
 * the one that roles show each other, whether they speak TLS already or not (reference 1.2, shipped objects).
 */
export class NamespaceCertificateReconciler {
  readonly #with: NamespaceCertificateCollaborators

  constructor(collaborators: NamespaceCertificateCollaborators) {
    this.#with = collaborators
  }

  async reconcile(key: ObjectKey): Promise<Outcome> {
    const { namespaces, certificates, settings, systemNamespace } = this.#with
    const namespace = namespaces.get(key)
    if (namespace === undefined || namespace.metadata.deletionTimestamp !== undefined) return settled
    const { network, domain } = settings()
    const all = certificates.list(key.name)
    if (key.name === systemNamespace) {
      const present = all.find(({ metadata }) => metadata.name === rolesCertificateName)
      // Somebody's own of that name will do.
      if (present === undefined || isControlledBy(present, namespace))
        await this.#ensure(namespace, rolesCertificateOf(systemNamespace, network.certificateClass))
    }
    const present = all.filter(({ metadata }) => metadata.labels?.[wildcardDomainLabel] !== undefined)
    const wanted = isSelected(namespace, network) ? wildcardsOf(namespace, network, domain) : []
    const names = new Set(wanted.map(({ metadata }) => metadata.name))
    const surplus = all.filter((certificate) => isWildcardOf(namespace, certificate) && !names.has(certificate.metadata.name))
    for (const certificate of surplus) await this.#giveUp(certificate)
    for (const certificate of wanted) {
      // Somebody's own for the same hosts will do.
      const [dnsName = ''] = certificate.spec.dnsNames
      const other = present.find(({ spec, metadata }) => spec.dnsNames.includes(dnsName) && metadata.name !== certificate.metadata.name)
      if (other === undefined || isControlledBy(other, namespace)) await this.#ensure(namespace, certificate)
    }
    return surplus.length === 0 ? settled : again(lookAgainMs)
  }

  /** Routes have to have others first: the label goes, by which they find it, and when no KIngress shows it any more, it goes itself. */
  async #giveUp(certificate: Certificate): Promise<void> {
    const { certificates, ingresses } = this.#with
    const { namespace = '', labels = {} } = certificate.metadata
    const { [wildcardDomainLabel]: domain, ...others } = labels
    if (domain !== undefined) await certificates.update({ ...certificate, metadata: { ...certificate.metadata, labels: others } })
    const shown = ingresses
      .list(namespace)
      .some(({ spec }) => spec.tls?.some(({ secretName }) => secretName === certificate.spec.secretName))
    if (!shown) await this.#delete(certificate)
  }

  async #ensure(namespace: Namespace, desired: Certificate): Promise<void> {
    const { certificates, recorder } = this.#with
    const called = `${desired.metadata.namespace}/${desired.metadata.name}`
    const { labels = {}, annotations = {} } = desired.metadata
    const { object, action } = await ensureOwned(certificates, namespace, namespaceResource, desired, (current) => {
      const { metadata, spec } = current
      const same = equalJson([spec, metadata.labels, metadata.annotations], [desired.spec, labels, annotations])
      return same ? undefined : { ...current, metadata: { ...metadata, labels, annotations }, spec: desired.spec }
    })
    if (action === 'created') recorder.record(object, 'Normal', 'Created', `Created Knative Certificate ${called}`)
    if (action === 'updated') recorder.record(object, 'Normal', 'Updated', `Updated Spec for Knative Certificate ${called}`)
  }

  async #delete(certificate: Certificate): Promise<void> {
    const { certificates, recorder } = this.#with
    const called = `${certificate.metadata.namespace}/${certificate.metadata.name}`
    try {
      await certificates.delete(certificate)
    } catch (error) {
      recorder.record(certificate, 'Normal', 'DeleteFailed', `Failed to delete ${certificateResource.kind} ${called}: ${errorText(error)}`)
      throw error
    }
    recorder.record(certificate, 'Normal', 'Deleted', `Deleted Knative Certificate ${called}`)
  }
}
