import type { ObjectStore } from '../store/object-store.ts'
import type { BoundObject, ServiceAccountTokens, TokenClaims } from './service-account-tokens.ts'
import { authenticated, serviceAccountGroups, type User } from './user.ts'

/** What a request says about its sender. */
export interface Credentials {
  /** Subject of the client certificate, only when TLS has verified it against the own authority. */
  readonly clientCertificate?: { readonly commonName: string; readonly organizations: readonly string[]; readonly sha256?: string }
  /** The Authorization header. */
  readonly authorization?: string
}

/** Where identities come from. `staticTokens` maps bearer tokens to users. */
export interface AuthenticatorOptions {
  readonly tokens: ServiceAccountTokens
  readonly store: Pick<ObjectStore, 'get'>
  readonly staticTokens?: ReadonlyMap<string, User>
}

/** Finds out who sends a request. */
export class Authenticator {
  readonly #options: AuthenticatorOptions

  constructor(options: AuthenticatorOptions) {
    this.#options = options
  }

  /**
   * The sender; `anonymous` without credentials, `invalid` (401) for a bearer token that nobody issued. A certificate comes first:
   * beside a valid one the token is not looked at.
   */
  authenticate({ clientCertificate, authorization }: Credentials): User | 'anonymous' | 'invalid' {
    if (clientCertificate !== undefined && clientCertificate.commonName !== '') {
      const { commonName: name, organizations: groups, sha256 } = clientCertificate
      const extra = sha256 === undefined ? {} : { extra: { 'authentication.kubernetes.io/credential-id': [`X509SHA256=${sha256}`] } }
      return authenticated({ name, groups, ...extra })
    }
    const token = bearerOf(authorization)
    if (token === undefined) return 'anonymous'
    return this.byToken(token) ?? 'invalid'
  }

  /** The user of a bearer token, also for TokenReview; undefined when it is not valid for the audiences (default: the API server's). */
  byToken(token: string, audiences?: readonly string[]): User | undefined {
    const user = this.#options.staticTokens?.get(token)
    if (user !== undefined) return authenticated(user)
    const claims = this.#options.tokens.verify(token, audiences)
    return claims && this.#isBound(claims) ? userOf(claims) : undefined
  }

  /** Whether account and bound object still are the ones that the token was issued for. */
  #isBound({ 'kubernetes.io': { namespace, serviceaccount, pod, secret } }: TokenClaims): boolean {
    const lives = (resource: string, bound: BoundObject | undefined) =>
      bound === undefined || this.#options.store.get({ resource, namespace, name: bound.name })?.object.metadata.uid === bound.uid
    return lives('/serviceaccounts', serviceaccount) && lives('/pods', pod) && lives('/secrets', secret)
  }
}

/** The subject of a verified peer certificate, as `tls` reports it (a name that occurs once is a string, else a list). */
export function subjectOf(peer: { readonly CN?: string | string[]; readonly O?: string | string[] }): {
  commonName: string
  organizations: readonly string[]
} {
  const commonName = Array.isArray(peer.CN) ? (peer.CN[0] ?? '') : (peer.CN ?? '')
  return { commonName, organizations: peer.O === undefined ? [] : Array.isArray(peer.O) ? peer.O : [peer.O] }
}

function bearerOf(authorization = ''): string | undefined {
  return /^bearer +(\S+) *$/i.exec(authorization)?.[1]
}

function userOf({ sub, jti, 'kubernetes.io': { namespace, serviceaccount, pod, node } }: TokenClaims): User {
  return authenticated({
    name: sub,
    uid: serviceaccount.uid,
    groups: serviceAccountGroups(namespace),
    extra: {
      'authentication.kubernetes.io/credential-id': [`JTI=${jti}`],
      ...(node && {
        'authentication.kubernetes.io/node-name': [node.name],
        ...(node.uid && { 'authentication.kubernetes.io/node-uid': [node.uid] })
      }),
      ...(pod && { 'authentication.kubernetes.io/pod-name': [pod.name], 'authentication.kubernetes.io/pod-uid': [pod.uid] })
    }
  })
}
