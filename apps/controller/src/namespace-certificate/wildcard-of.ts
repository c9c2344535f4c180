import { domainNameOf, wildcardDomainLabel, type Certificate, type DomainConfig, type NetworkConfig } from '@knative-ts/api'
import type { Namespace } from '@knative-ts/api/kubernetes'
import { selectorOf } from '@knative-ts/kube'
import { certificateClassOf, certificateOf } from '../certificate/certificate-of.ts'

/** Whether a namespace gets certificates for all its hosts at once. Nothing configured: none does. Throws for a selector that means nothing. */
export const isSelected = ({ metadata }: Namespace, { namespaceWildcardCertSelector }: NetworkConfig): boolean =>
  namespaceWildcardCertSelector !== null &&
  metadata.deletionTimestamp === undefined &&
  selectorOf(namespaceWildcardCertSelector)(metadata.labels)

/** The Certificates of a namespace that is selected: one a domain that may have them. Throws when the domain template gives no wildcard. */
export function wildcardsOf(namespace: Namespace, network: NetworkConfig, { rules }: DomainConfig): Certificate[] {
  return rules.filter(({ wildcard }) => wildcard).map(({ domain }) => wildcardOf(namespace, domain, network))
}

function wildcardOf(namespace: Namespace, domain: string, network: NetworkConfig): Certificate {
  const { name: own = '' } = namespace.metadata
  const made = domainNameOf(network.domainTemplate, { name: '*', namespace: own, domain, annotations: {}, labels: {} })
  if (!made.ok) throw new Error(`failed to apply the domain template to domain ${domain} and namespace ${own}: ${made.error}`)
  if (!/^\*\..+$/.test(made.value)) {
    const rule = 'domain-template of config-network must begin with {{.Name}}. where namespaces get wildcard certificates'
    throw new Error(`invalid DomainTemplate: ${made.value}: ${rule}`)
  }
  const wanted = {
    name: made.value.slice('*.'.length),
    namespace: own,
    type: 'external-domain',
    dnsNames: [made.value],
    domain,
    labels: { [wildcardDomainLabel]: domain }
  } as const
  // What else stands on a namespace is nobody's word about certificates.
  const nobody = { ...namespace, metadata: { ...namespace.metadata, annotations: {} } }
  return certificateOf(nobody, wanted, certificateClassOf(namespace, network.certificateClass))
}
