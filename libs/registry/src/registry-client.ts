import { Authorization } from './authorization.ts'
import { type Credentials, fingerprintOf } from './credentials.ts'
import type { ImageReference } from './image-reference.ts'
import type { Keychain } from './keychain.ts'
import type { RegistryAccess } from './registry-access.ts'
import { Repository } from './repository.ts'
import { type Patience, usualPatience } from './retry.ts'
import { hostOf, type Scheme, schemesOf } from './schemes.ts'
import { Transport } from './transport.ts'

/** For whom a repository is opened. */
export interface Visitor {
  readonly keychain: Keychain
  /** Told to the registry. */
  readonly userAgent: string
}

/** Authorizations that are kept; those asked for longest ago go first. */
const mostKept = 1_000

/** Opens repositories of registries (OCI Distribution Specification 1.1), with connections and tokens that all share. */
export class RegistryClient {
  readonly #transport: Transport
  readonly #patience: Patience
  readonly #now: () => number
  readonly #authorizations = new Map<string, Authorization>()
  /** What a registry was found to speak. */
  readonly #schemes = new Map<string, Scheme>()

  constructor(access: RegistryAccess, patience: Patience = usualPatience, now: () => number = () => performance.now()) {
    this.#transport = new Transport(access, patience)
    this.#patience = patience
    this.#now = now
  }

  /** The repository of an image. Nothing is asked yet. */
  open(reference: ImageReference, { keychain, userAgent }: Visitor): Repository {
    const host = hostOf(reference.registry)
    const credentials = keychain.credentialsFor(reference)
    const known = this.#schemes.get(host)
    return new Repository(reference, {
      transport: this.#transport,
      patience: this.#patience,
      userAgent,
      problems: keychain.problems,
      authorizations: (credentials.length === 0 ? [undefined] : credentials).map((each) => this.#authorization(host, each)),
      schemes: known === undefined ? schemesOf(host) : [known],
      onScheme: (scheme) => void this.#schemes.set(host, scheme)
    })
  }

  /** Ends the connections. */
  close(): Promise<void> {
    return this.#transport.close()
  }

  #authorization(host: string, credentials: Credentials | undefined): Authorization {
    const key = `${host} ${fingerprintOf(credentials)}`
    const known = this.#authorizations.get(key) ?? new Authorization(credentials, this.#transport, this.#now)
    // Its origin is told in messages: the same password may stand in another secret by now.
    const found = known.credentials?.origin === credentials?.origin ? known : new Authorization(credentials, this.#transport, this.#now)
    this.#authorizations.delete(key)
    this.#authorizations.set(key, found)
    if (this.#authorizations.size > mostKept) this.#authorizations.delete(this.#authorizations.keys().next().value as string)
    return found
  }
}
