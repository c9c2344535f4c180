import { randomBytes } from 'node:crypto'
import { issueCertificate as issueFrom, makeAuthority } from '@knative-ts/kube/certificates'

/** What the webhook serves with, in PEM. The authority's key is thrown away: the next rotation makes a new authority. */
export interface IssuedCertificate {
  readonly serverKey: string
  readonly serverCert: string
  readonly caCert: string
}

/** Makes an authority and one server certificate of it for the given DNS names. */
export function issueCertificate(dnsNames: readonly string[], now: Date, validMs: number): IssuedCertificate {
  const validity = { now, validMs }
  // A name of its own: during a rotation two authorities are trusted, and a name says which one signed.
  const authority = makeAuthority(`webhook authority ${randomBytes(8).toString('hex')}`, validity)
  const server = issueFrom(authority, dnsNames[0] ?? '', dnsNames, validity)
  return { serverKey: server.key, serverCert: server.cert, caCert: authority.cert }
}
