import {
  apiVersionOf,
  certificateTypeLabel,
  certificateUidLabel,
  type Certificate,
  type CertmanagerConfig,
  type IssuerRef
} from '@knative-ts/api'
import { cmCertificates, type CmCertificate } from './cert-manager.ts'

/** What a common name may have at most (X.520), less the dot of a root. */
const longest = 63
/** Before the domain of a certificate whose first name is too long. */
export const shortPrefix = 'k.'

/** cert-manager's Certificate for one of ours, or why cert-manager would refuse it. */
export type Rendered =
  | { readonly kind: 'rendered'; readonly certificate: CmCertificate }
  | { readonly kind: 'refused'; readonly reason: string; readonly message: string }

/** The same names, Secret, labels and annotations; who issues is configured by type. */
export function cmCertificateOf(certificate: Certificate, config: CertmanagerConfig): Rendered {
  const { dnsNames, domain = '', secretName } = certificate.spec
  const { name, namespace, labels, annotations, uid = '' } = certificate.metadata
  const [first = ''] = dnsNames
  const tooLong = first.length > longest
  const short = `${shortPrefix}${domain}`
  if (tooLong && (domain === '' || domain === first || short.length > longest)) return tooLongFor(first, domain)
  return {
    kind: 'rendered',
    certificate: {
      apiVersion: apiVersionOf(cmCertificates),
      kind: cmCertificates.kind,
      metadata: {
        ...(name === undefined ? {} : { name }),
        ...(namespace === undefined ? {} : { namespace }),
        ...(labels === undefined ? {} : { labels }),
        ...(annotations === undefined ? {} : { annotations })
      },
      spec: {
        commonName: tooLong ? short : first,
        dnsNames: tooLong ? [short, ...dnsNames] : [...dnsNames],
        secretName,
        issuerRef: issuerOf(certificate, config),
        secretTemplate: { labels: { [certificateUidLabel]: uid } }
      }
    }
  }
}

function issuerOf({ metadata }: Certificate, config: CertmanagerConfig): IssuerRef {
  const type = metadata.labels?.[certificateTypeLabel]
  if (type === 'system-internal') return config.systemInternalIssuerRef
  return type === 'cluster-local-domain' ? config.clusterLocalIssuerRef : config.issuerRef
}

function tooLongFor(commonName: string, domain: string): Rendered {
  const text = 'error creating cert-manager certificate: '
  const refused = (message: string): Rendered => ({ kind: 'refused', reason: 'CommonName Too Long', message: text + message })
  if (domain === '') return refused(`CommonName (${commonName}) longer than 63 characters and no domain available to shorten it`)
  if (domain === commonName) return refused(`CommonName (${commonName}) longer than 63 characters`)
  return refused(`cannot create valid length CommonName: (${shortPrefix}${domain}) still longer than 63 characters, cannot shorten`)
}
