import type { Secret } from '@knative-ts/api/kubernetes'
import { X509Certificate } from 'node:crypto'
import { issueCertificate, type IssuedCertificate } from './issue.ts'

/** What the Secret holds: the pair to serve with, and every authority to trust (after a rotation also the one before). */
export type SharedCertificate = IssuedCertificate

const DAY_MS = 86_400_000
const VALID_MS = 30 * DAY_MS
/** A certificate is renewed when less than this is left. */
const RENEW_BEFORE_MS = 10 * DAY_MS

/** The certificate in a Secret, or undefined when there is none that can be served. */
export function certificateIn(secret: Secret | undefined): SharedCertificate | undefined {
  const read = (key: string): string => Buffer.from(secret?.data?.[key] ?? '', 'base64').toString()
  const shared = { serverKey: read('server-key.pem'), serverCert: read('server-cert.pem'), caCert: read('ca-cert.pem') }
  return Object.values(shared).includes('') || expiryOf(shared) === undefined ? undefined : shared
}

/** Whether a certificate should be replaced: it is absent, for other names, or near its end. */
export function isDue(shared: SharedCertificate | undefined, dnsNames: readonly string[], now: Date): boolean {
  const expiry = shared === undefined ? undefined : expiryOf(shared)
  if (shared === undefined || expiry === undefined || expiry.getTime() - now.getTime() < RENEW_BEFORE_MS) return true
  const names = new X509Certificate(shared.serverCert).subjectAltName ?? ''
  return !dnsNames.every((name) => names.split(', ').includes(`DNS:${name}`))
}

/** A fresh certificate. The (newest) authority of before stays trusted, since other replicas serve with it a little longer. */
export function renewed(before: Pick<SharedCertificate, 'caCert'> | undefined, dnsNames: readonly string[], now: Date): SharedCertificate {
  const fresh = issueCertificate(dnsNames, now, VALID_MS)
  const [last = ''] = before?.caCert.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----\n?/) ?? []
  return { ...fresh, caCert: fresh.caCert + last }
}

/** `data` of the Secret. */
export function secretDataOf(shared: SharedCertificate): Record<string, string> {
  const encode = (text: string): string => Buffer.from(text).toString('base64')
  return { 'server-key.pem': encode(shared.serverKey), 'server-cert.pem': encode(shared.serverCert), 'ca-cert.pem': encode(shared.caCert) }
}

/** When it ends; undefined when it is no certificate. */
function expiryOf({ serverCert }: SharedCertificate): Date | undefined {
  try {
    return new X509Certificate(serverCert).validToDate
  } catch {
    // Somebody wrote something else into the Secret: it is replaced.
    return undefined
  }
}
