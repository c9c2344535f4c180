import {
  childName,
  disableExternalDomainTlsAnnotations,
  domainMappingConditions,
  domainMappings,
  domainMappingUidLabel,
  firstOf,
  isFailed,
  isReady,
  type Certificate,
  type DomainMapping,
  type DomainMappingStatus,
  type Http01Challenge,
  type IngressTls,
  type NetworkConfig
} from '@knative-ts/api'
import { isControlledBy, Marks, NotOwnedError } from '@knative-ts/kube'
import { inOrder } from '../certificate/challenge-paths.ts'
import { certificateClassOf, certificateOf } from '../certificate/certificate-of.ts'
import { ensureCertificate, ingressTlsOf, whyNotReady, type CertificateKeeping } from '../certificate/ensure-certificate.ts'

/** How a domain is served: its scheme, the certificate that it shows, and what an authority asks it meanwhile. */
export interface SecuredDomain {
  readonly scheme: string
  readonly tls: readonly IngressTls[]
  readonly challenges: readonly Http01Challenge[]
  /** Certificates that are needed no longer. */
  readonly surplus: readonly Certificate[]
}

/** True where TLS is on and the object does not say otherwise. Only what Go calls true disables it. */
export function wantsExternalTls(annotations: Readonly<Record<string, string>> | undefined, network: NetworkConfig): boolean {
  const disabled = firstOf(annotations, disableExternalDomainTlsAnnotations) ?? ''
  return network.externalDomainTls && !['1', 't', 'T', 'TRUE', 'true', 'True'].includes(disabled)
}

/** The certificate of a mapped domain: the user's own, one that is asked for, or none. Its condition says which, and how far it is. */
export async function secureDomain(
  keeping: CertificateKeeping,
  mapping: DomainMapping & { status: DomainMappingStatus },
  network: NetworkConfig
): Promise<SecuredDomain> {
  const { name = '', namespace = '', annotations } = mapping.metadata
  const marks = new Marks(mapping.status, domainMappingConditions)
  const { tls } = mapping.spec
  if (tls !== undefined) {
    marks.true('CertificateProvisioned', 'CertificateExternallyProvided', 'TLS certificate was provided externally')
    return {
      scheme: 'https',
      tls: [{ hosts: [name], secretName: tls.secretName, secretNamespace: namespace }],
      challenges: [],
      surplus: surplusOf(keeping, mapping)
    }
  }
  if (!wantsExternalTls(annotations, network)) {
    marks.true('CertificateProvisioned', 'TLSNotEnabled', 'external-domain-tls is not enabled')
    return { scheme: network.defaultExternalScheme, tls: [], challenges: [], surplus: surplusOf(keeping, mapping) }
  }
  const certificate = await ensured(keeping, mapping, network, marks)
  if (isReady(certificate)) {
    marks.true('CertificateProvisioned')
    return { scheme: 'https', tls: [ingressTlsOf(certificate, [name])], challenges: [], surplus: [] }
  }
  const challenges = inOrder(certificate.status?.http01Challenges ?? [])
  if (network.httpProtocol === 'enabled') {
    const { name: called = '' } = certificate.metadata
    marks.true('CertificateProvisioned', 'HTTPDowngrade', `Certificate ${called} is not ready downgrade HTTP.`)
    return { scheme: 'http', tls: [], challenges, surplus: [] }
  }
  markWaiting(marks, certificate)
  return { scheme: 'https', tls: [], challenges, surplus: [] }
}

/** A certificate that was asked for before, and is needed no longer. */
function surplusOf({ certificates }: CertificateKeeping, mapping: DomainMapping): readonly Certificate[] {
  const { name = '', namespace = '' } = mapping.metadata
  const certificate = certificates.get({ namespace, name: childName(name, '') })
  return certificate !== undefined && isControlledBy(certificate, mapping) ? [certificate] : []
}

async function ensured(keeping: CertificateKeeping, mapping: DomainMapping, network: NetworkConfig, marks: Marks): Promise<Certificate> {
  const { name = '', namespace = '' } = mapping.metadata
  const own = childName(name, '')
  const labels = { [domainMappingUidLabel]: own }
  const wanted = { name: own, namespace, type: 'external-domain', dnsNames: [name], domain: name, labels } as const
  const desired = certificateOf(mapping, wanted, certificateClassOf(mapping, network.certificateClass))
  try {
    return await ensureCertificate(keeping, mapping, domainMappings, desired)
  } catch (error) {
    if (error instanceof NotOwnedError) {
      marks.false('CertificateProvisioned', 'CertificateNotOwned', `There is an existing certificate ${own} that we don't own.`)
    } else marks.false('CertificateProvisioned', 'CertificateProvisionFailed', `Certificate ${own} failed to be provisioned.`)
    throw error
  }
}

function markWaiting(marks: Marks, certificate: Certificate): void {
  const { name = '' } = certificate.metadata
  const why = whyNotReady(certificate)
  const told = (text: string): string => (why === '' ? `${text}.` : `${text}: ${why}`)
  if (isFailed(certificate)) {
    marks.false('CertificateProvisioned', 'CertificateProvisionFailed', told(`Certificate ${name} failed to be provisioned`))
  } else marks.unknown('CertificateProvisioned', 'CertificateNotReady', told(`Certificate ${name} is not ready`))
}
