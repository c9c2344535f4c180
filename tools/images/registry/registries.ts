import { Authorization } from './authorization.ts'
import { credentialsFor } from './credentials.ts'
import { RepositoryClient } from './repository-client.ts'

/** How registries are spoken to. */
export interface RegistryOptions {
  readonly env: NodeJS.ProcessEnv
  /** HTTP without TLS, also to hosts that are not this machine. */
  readonly plainHttp: boolean
}

/** Opens repositories, with one authorization a registry. */
export class Registries {
  readonly #options: RegistryOptions
  readonly #authorizations = new Map<string, Promise<Authorization>>()

  constructor(options: RegistryOptions) {
    this.#options = options
  }

  async open(host: string, path: string, push = false): Promise<RepositoryClient> {
    const known = this.#authorizations.get(host) ?? credentialsFor(host, this.#options.env).then((found) => new Authorization(host, found))
    this.#authorizations.set(host, known)
    return new RepositoryClient(host, path, await known, { plain: this.#options.plainHttp || isThisMachine(host), push })
  }
}

/** As Docker has it: a registry on the loopback interface needs no TLS. */
const isThisMachine = (host: string): boolean => /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:\d+)?$/.test(host)
