import { createPrivateKey, X509Certificate } from 'node:crypto'
import { isIP } from 'node:net'

/** A certificate and its private key (PKCS #8), both PEM text. */
export interface PemPair {
  readonly cert: string
  readonly key: string
}

/** Whom a certificate names: the common name, organizations (Kubernetes reads them as groups), and addresses of a server. */
export interface Subject {
  readonly name: string
  readonly groups?: readonly string[]
  /** DNS names and IP addresses. */
  readonly addresses?: readonly string[]
}

/** A certificate that expires sooner than this (ms) is replaced at the next start. */
const renewBefore = 30 * 24 * 60 * 60 * 1000

/** Whether a pair still serves: belongs together, was issued by the authority, names the subject, and does not expire soon. */
export function serves(pair: PemPair, authority: PemPair, subject: Subject, now: Date): boolean {
  const certificate = new X509Certificate(pair.cert)
  const issuer = new X509Certificate(authority.cert)
  if (!certificate.checkPrivateKey(createPrivateKey(pair.key)) || !certificate.verify(issuer.publicKey)) return false
  return lasts(pair, now) && names(certificate, subject)
}

/** Whether a certificate is valid for more than {@link renewBefore}. */
export function lasts({ cert }: PemPair, now: Date): boolean {
  const { validFromDate, validToDate } = new X509Certificate(cert)
  return validFromDate.getTime() <= now.getTime() && validToDate.getTime() - now.getTime() > renewBefore
}

function names(certificate: X509Certificate, { name, groups = [], addresses = [] }: Subject): boolean {
  const subject = [...groups.map((group) => `O=${group}`), `CN=${name}`].sort().join('\n')
  if (certificate.subject.split('\n').sort().join('\n') !== subject) return false
  const listed = certificate.subjectAltName?.split(', ') ?? []
  // As many as wanted and each wanted one: an address that left the list is a change too.
  return (
    listed.length === addresses.length &&
    addresses.every((address) => (isIP(address) ? certificate.checkIP(address) : certificate.checkHost(address)) !== undefined)
  )
}
