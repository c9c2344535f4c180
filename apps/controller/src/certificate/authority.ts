import { createPrivateKey, randomBytes, X509Certificate } from 'node:crypto'
import { apiVersionOf } from '@knative-ts/api'
import { secrets, type Secret } from '@knative-ts/api/kubernetes'
import { makeAuthority, type PemPair } from '@knative-ts/kube/certificates'

const DAY_MS = 86_400_000
const VALID_MS = 10 * 365 * DAY_MS
/** Every certificate of an authority is renewed long before its authority is. */
const RENEW_BEFORE_MS = 365 * DAY_MS

/** Name of the Secret in the system namespace that holds the authority. Its owner may put another authority there. */
export const authoritySecretName = 'issuer-authority'
/** Label on an authority that was made here: one of somebody else's is never replaced. */
export const madeHereLabel = 'networking.internal.knative.dev/issuer-authority'

/** What signs, with the end of its own certificate (ms since 1970). */
export interface Authority extends PemPair {
  readonly endsAt: number
}

/** What a Secret says about the authority. `due`: it was made here, and is to be replaced by a new one. */
export type AuthorityState =
  | { readonly kind: 'usable'; readonly authority: Authority; readonly due: boolean }
  | { readonly kind: 'unusable'; readonly problem: string }

/** Reads the authority in a Secret. Nothing of its key stands in a problem. */
export function authorityIn(secret: Secret, now: number): AuthorityState {
  const [cert, key] = ['tls.crt', 'tls.key'].map((name) => Buffer.from(secret.data?.[name] ?? '', 'base64').toString())
  const read = readPair(cert ?? '', key ?? '')
  if (typeof read === 'string') return { kind: 'unusable', problem: read }
  const endsAt = read.validToDate.getTime()
  const mine = secret.metadata.labels?.[madeHereLabel] !== undefined
  if (!mine && endsAt <= now) return { kind: 'unusable', problem: `its certificate has ended at ${read.validToDate.toISOString()}` }
  return { kind: 'usable', authority: { cert: cert ?? '', key: key ?? '', endsAt }, due: mine && endsAt - now < RENEW_BEFORE_MS }
}

function readPair(cert: string, key: string): X509Certificate | string {
  try {
    const certificate = new X509Certificate(cert)
    if (!certificate.ca) return 'its tls.crt is not the certificate of an authority'
    return certificate.checkPrivateKey(createPrivateKey(key)) ? certificate : 'its tls.key is not the key of its tls.crt'
  } catch {
    // OpenSSL's own words may quote what it read, and that may be a key.
    return 'it holds no certificate in tls.crt with its key in tls.key, both in PEM'
  }
}

/** A new authority, in the Secret for it. Its name is its own: while one follows the other, a name says which one signed. */
export function authoritySecret(namespace: string, now: number): Secret {
  const { cert, key } = makeAuthority(`knative issuer ${randomBytes(8).toString('hex')}`, { now: new Date(now), validMs: VALID_MS })
  const encoded = (text: string): string => Buffer.from(text).toString('base64')
  return {
    apiVersion: apiVersionOf(secrets),
    kind: secrets.kind,
    metadata: {
      name: authoritySecretName,
      namespace,
      labels: { 'app.kubernetes.io/name': 'knative-serving', 'app.kubernetes.io/component': 'controller', [madeHereLabel]: 'true' }
    },
    type: 'kubernetes.io/tls',
    data: { 'tls.crt': encoded(cert), 'tls.key': encoded(key), 'ca.crt': encoded(cert) }
  }
}
