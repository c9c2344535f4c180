/** Answers a registry's challenges for one set of credentials, and keeps the answers until they expire. */
import { placeOf } from './connection-problem.ts'
import { parseChallenge } from './challenge.ts'
import { basicOf, type Credentials } from './credentials.ts'
import { RegistryError } from './registry-error.ts'
import { schemesOf } from './schemes.ts'
import { askForToken, type TokenQuestion } from './token-service.ts'
import type { Transport } from './transport.ts'

interface Kept {
  readonly header: string
  readonly until: number
}

export class Authorization {
  readonly credentials: Credentials | undefined
  readonly #transport: Transport
  readonly #now: () => number
  readonly #kept = new Map<string, Kept>()
  /** Rotated by token services: the newest one. */
  #identity: string | undefined

  /** `now` in milliseconds. */
  constructor(credentials: Credentials | undefined, transport: Transport, now: () => number) {
    this.credentials = credentials
    this.#transport = transport
    this.#now = now
    if (credentials?.kind === 'identity') this.#identity = credentials.token
  }

  /** The header for a scope; undefined until the registry has asked for one. */
  header(scope: string): string | undefined {
    const kept = this.#kept.get(scope)
    return kept !== undefined && kept.until > this.#now() ? kept.header : undefined
  }

  /**
   * Answers the challenge of a 401 with a header. Undefined when these credentials have no answer to it, or the token service refuses them. Rejects with {@link RegistryError} when the
   * service cannot be asked.
   */
  async answer(challenge: string, scope: string, registry: URL, userAgent: string, signal: AbortSignal): Promise<string | undefined> {
    const { credentials } = this
    const found = parseChallenge(challenge)
    if (found === undefined) return undefined
    if (credentials?.kind === 'bearer') return this.#keep(scope, `Bearer ${credentials.token}`, Number.POSITIVE_INFINITY)
    if (found.scheme === 'basic') {
      return credentials?.kind === 'password' ? this.#keep(scope, basicOf(credentials), Number.POSITIVE_INFINITY) : undefined
    }
    const realm = new URL(found.realm)
    // The password would leave the machine in the clear although the registry itself is protected.
    if (realm.protocol !== 'https:' && !schemesOf(realm.host).includes('http'))
      throw new RegistryError('invalid', `${registry.host} sends its users to ${placeOf(realm)} for a token, which is not protected by TLS`)
    const question: TokenQuestion = {
      realm,
      service: found.service,
      scope: found.scope ?? scope,
      password: credentials?.kind === 'password' ? credentials : undefined,
      identity: this.#identity,
      userAgent
    }
    const token = await askForToken(this.#transport, question, signal)
    if (token === undefined) return undefined
    if (token.identity !== undefined && this.#identity !== undefined) this.#identity = token.identity
    // Not to the last moment: a token must not expire on its way.
    return this.#keep(scope, `Bearer ${token.token}`, this.#now() + token.lifeMs * 0.9)
  }

  /** The registry did not take it. */
  drop(scope: string): void {
    this.#kept.delete(scope)
  }

  #keep(scope: string, header: string, until: number): string {
    this.#kept.set(scope, { header, until })
    return header
  }
}
