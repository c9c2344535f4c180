/** An authority and what it signs, as the built-in issuer makes them. */
import { issueCertificate, makeAuthority, type PemPair } from '@knative-ts/kube/certificates'

const hourMs = 3_600_000

export interface TestAuthority {
  /** PEM, for those who trust it. */
  readonly cert: string
  readonly pair: PemPair
  /** A server's certificate of these names, valid for an hour from `at` on (now). */
  issue(names: readonly string[], at?: Date): PemPair
}

/** A new authority; two have two names. */
export function testAuthority(name = 'tests'): TestAuthority {
  const pair = makeAuthority(name, { now: new Date(), validMs: 24 * hourMs })
  return {
    cert: pair.cert,
    pair,
    issue: (names, at = new Date()) => issueCertificate(pair, names[0] ?? '', names, { now: at, validMs: hourMs })
  }
}
