/** Tokens of service accounts: JWTs with Kubernetes' claims, signed with ES256 ("Managing Service Accounts", bound tokens). */
import { createHash, createPrivateKey, createPublicKey, type KeyObject, randomUUID, sign, verify } from 'node:crypto'
import { secondTime } from '@knative-ts/kube'

/** An object that a token is bound to: with it the token dies. */
export interface BoundObject {
  readonly name: string
  readonly uid: string
}

/** Claims of a token. Times in seconds since 1970. */
export interface TokenClaims {
  readonly aud: readonly string[]
  readonly exp: number
  readonly iat: number
  readonly nbf: number
  readonly iss: string
  readonly jti: string
  readonly sub: string
  readonly 'kubernetes.io': {
    readonly namespace: string
    readonly serviceaccount: BoundObject
    readonly pod?: BoundObject
    readonly node?: { readonly name: string; readonly uid?: string }
    readonly secret?: BoundObject
  }
}

/** What a token is asked for. `expirationSeconds` is used as it is; the caller enforces limits. */
export interface TokenRequest {
  readonly namespace: string
  readonly serviceAccount: BoundObject
  readonly audiences?: readonly string[]
  readonly expirationSeconds: number
  readonly pod?: BoundObject
  readonly node?: { readonly name: string; readonly uid?: string }
  readonly secret?: BoundObject
}

/** The signing key (PKCS #8, ECDSA P-256), and who issues for whom. */
export interface TokenOptions {
  readonly key: string
  readonly issuer: string
  /** Audience of the API server itself, the default of requests. */
  readonly audience: string
  /** Milliseconds since 1970. */
  readonly now?: () => number
}

/** Tokens verified before are kept up to this many: a signature costs about 100 µs, each request has one. */
const remembered = 4096

/** Issues and verifies the tokens of one key. */
export class ServiceAccountTokens {
  readonly #options: TokenOptions
  readonly #private: KeyObject
  readonly #public: KeyObject
  readonly #header: string
  readonly #keyId: string
  readonly #verified = new Map<string, TokenClaims>()
  readonly #now: () => number

  constructor(options: TokenOptions) {
    this.#options = options
    this.#now = options.now ?? Date.now
    this.#private = createPrivateKey(options.key)
    this.#public = createPublicKey(this.#private)
    this.#keyId = createHash('sha256')
      .update(this.#public.export({ type: 'spki', format: 'der' }))
      .digest('base64url')
    this.#header = encoded({ alg: 'ES256', kid: this.#keyId })
  }

  /** A new token and when it expires (RFC 3339). */
  issue(request: TokenRequest): { readonly token: string; readonly expirationTimestamp: string } {
    const { namespace, serviceAccount, audiences, pod, node, secret } = request
    const issued = Math.floor(this.#now() / 1000)
    const claims: TokenClaims = {
      aud: audiences?.length ? audiences : [this.#options.audience],
      exp: issued + request.expirationSeconds,
      iat: issued,
      iss: this.#options.issuer,
      jti: randomUUID(),
      'kubernetes.io': { namespace, ...(node && { node }), ...(pod && { pod }), ...(secret && { secret }), serviceaccount: serviceAccount },
      nbf: issued,
      sub: `system:serviceaccount:${namespace}:${serviceAccount.name}`
    }
    const signed = `${this.#header}.${encoded(claims)}`
    const signature = sign('sha256', Buffer.from(signed), { key: this.#private, dsaEncoding: 'ieee-p1363' })
    return {
      token: `${signed}.${signature.toString('base64url')}`,
      expirationTimestamp: secondTime(claims.exp * 1000)
    }
  }

  /** The claims of a token of this key that is valid now for one of the audiences (default: the API server's own), else undefined. */
  verify(token: string, audiences: readonly string[] = [this.#options.audience]): TokenClaims | undefined {
    const claims = this.#verified.get(token) ?? this.#check(token)
    if (claims === undefined) return undefined
    const now = this.#now() / 1000
    if (claims.exp <= now) {
      this.#verified.delete(token)
      return undefined
    }
    return claims.nbf <= now && claims.aud.some((audience) => audiences.includes(audience)) ? claims : undefined
  }

  /** The public key as a JSON Web Key Set, for `/openid/v1/jwks`. */
  jwks(): { readonly keys: readonly object[] } {
    return { keys: [{ use: 'sig', kid: this.#keyId, alg: 'ES256', ...this.#public.export({ format: 'jwk' }) }] }
  }

  #check(token: string): TokenClaims | undefined {
    const [header = '', payload = '', signature = '', ...rest] = token.split('.')
    // Only headers that this key writes: no other algorithm is ever looked at.
    if (rest.length > 0 || header !== this.#header) return undefined
    const bytes = Buffer.from(signature, 'base64url')
    if (!verify('sha256', Buffer.from(`${header}.${payload}`), { key: this.#public, dsaEncoding: 'ieee-p1363' }, bytes)) return undefined
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as TokenClaims
    if (claims.iss !== this.#options.issuer) return undefined
    const oldest = this.#verified.keys().next()
    if (this.#verified.size >= remembered && !oldest.done) this.#verified.delete(oldest.value)
    this.#verified.set(token, claims)
    return claims
  }
}

function encoded(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}
