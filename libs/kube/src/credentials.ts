import { readFile } from 'node:fs/promises'
import type { ClusterConfig } from './cluster-config.ts'

/** A projected token is renewed at 80 % of its life, at least minutes ahead; client-go re-reads every 10 s too. */
const rereadMs = 10_000

/**
 * The Authorization header of each request. The token file is read again every 10 s, and at once after `rejected` (the server answered
 * 401). A file that cannot be read any more keeps the last token; one that never could fails with the file's name.
 */
export class Credentials {
  readonly #config: ClusterConfig
  #token: string | undefined
  #readAt = Number.NEGATIVE_INFINITY

  constructor(config: ClusterConfig) {
    this.#config = config
  }

  async headers(): Promise<Readonly<Record<string, string>>> {
    if (this.#config.authorize !== undefined) return this.#config.authorize()
    const token = this.#config.tokenFile === undefined ? this.#config.token : await this.#fromFile(this.#config.tokenFile)
    return token === undefined ? {} : { authorization: `Bearer ${token}` }
  }

  /** Forgets what was read; true when a second attempt can carry another token. */
  async rejected(): Promise<boolean> {
    if (this.#config.tokenFile === undefined) return false
    const refused = this.#token
    this.#readAt = Number.NEGATIVE_INFINITY
    return (await this.#fromFile(this.#config.tokenFile)) !== refused
  }

  async #fromFile(file: string): Promise<string> {
    const now = performance.now()
    if (this.#token !== undefined && now - this.#readAt < rereadMs) return this.#token
    try {
      this.#token = (await readFile(file, 'utf8')).trim()
      this.#readAt = now
    } catch (error) {
      if (this.#token === undefined) throw new Error(`cannot read the token file ${file}`, { cause: error })
    }
    return this.#token
  }
}
