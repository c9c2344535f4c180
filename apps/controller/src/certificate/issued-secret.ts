import { createPrivateKey, X509Certificate } from 'node:crypto'
import { apiVersionOf, certificateTypeLabel, certificateUidLabel, type Certificate } from '@knative-ts/api'
import { secrets, type Secret } from '@knative-ts/api/kubernetes'
import { issueCertificate } from '@knative-ts/kube/certificates'
import type { Authority } from './authority.ts'

const DAY_MS = 86_400_000
const VALID_MS = 90 * DAY_MS
/** A certificate is renewed when a third of its time is left. */
const RENEW_SHARE = 1 / 3

/** From when on a certificate holds, and until when; ms since 1970. */
export interface Held {
  readonly endsAt: number
  readonly renewAt: number
}

/** The certificate in a Secret, when it is one of these names, with its key, and by this authority where one is given; else undefined. */
export function heldIn(secret: Secret | undefined, { spec }: Certificate, authority?: Authority): Held | undefined {
  const [cert, key] = ['tls.crt', 'tls.key'].map((name) => Buffer.from(secret?.data?.[name] ?? '', 'base64').toString())
  try {
    const certificate = new X509Certificate(cert ?? '')
    const names = (certificate.subjectAltName ?? '').split(', ').toSorted().join()
    const wanted = spec.dnsNames
      .map((name) => `DNS:${name}`)
      .toSorted()
      .join()
    const signed = authority === undefined || isSignedBy(certificate, new X509Certificate(authority.cert))
    if (names !== wanted || !signed || !certificate.checkPrivateKey(createPrivateKey(key ?? ''))) return undefined
    const [startsAt, endsAt] = [certificate.validFromDate.getTime(), certificate.validToDate.getTime()]
    return { endsAt, renewAt: endsAt - (endsAt - startsAt) * RENEW_SHARE }
  } catch {
    // Somebody wrote something else into the Secret: it is issued anew.
    return undefined
  }
}

const isSignedBy = (certificate: X509Certificate, issuer: X509Certificate): boolean =>
  certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey)

/**
 * The Secret as it is to be written over the one that is there. Where roles take from it whom to trust, the authority before stays trusted until the next
 * renewal: pods show what it signed until their volumes have been refreshed.
 */
export function renewedSecret(current: Secret, desired: Secret, { metadata }: Certificate): Secret {
  const [before = ''] = textOf(current.data?.['ca.crt']).match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----\n?/) ?? []
  const now = textOf(desired.data?.['ca.crt'])
  const both = metadata.labels?.[certificateTypeLabel] === 'system-internal' && !now.includes(before.trim()) ? `${now}${before}` : now
  return {
    ...current,
    metadata: { ...current.metadata, labels: { ...current.metadata.labels, ...desired.metadata.labels } },
    data: { ...current.data, ...desired.data, 'ca.crt': Buffer.from(both).toString('base64') }
  }
}

const textOf = (base64: string | undefined): string => Buffer.from(base64 ?? '', 'base64').toString()

/** A Secret with a new certificate; it does not outlast its authority. */
export function issuedSecret({ metadata, spec }: Certificate, authority: Authority, now: number): Secret {
  const { namespace = '', uid = '', labels } = metadata
  const validMs = Math.min(VALID_MS, authority.endsAt - now)
  const { cert, key } = issueCertificate(authority, spec.dnsNames[0] ?? '', spec.dnsNames, { now: new Date(now), validMs })
  const encoded = (text: string): string => Buffer.from(text).toString('base64')
  return {
    apiVersion: apiVersionOf(secrets),
    kind: secrets.kind,
    metadata: { name: spec.secretName, namespace, labels: { ...labels, [certificateUidLabel]: uid } },
    // The only type of Secret that gateways are given: see docs/domains-and-tls.md.
    type: 'kubernetes.io/tls',
    data: { 'tls.crt': encoded(cert), 'tls.key': encoded(key), 'ca.crt': encoded(authority.cert) }
  }
}
