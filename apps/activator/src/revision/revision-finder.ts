import { keyText, revisions, type ObjectKey } from '@knative-ts/api'
import { isNotFound, type KubeClient } from '@knative-ts/kube'
import type { RevisionEntry } from './revision-entry.ts'
import type { RevisionTable } from './revision-table.ts'

/**
 * Finds revisions by name. One that the cache does not have may be newer than the cache: the API server is asked, once for all requests that
 * come meanwhile, before a request is refused.
 */
export class RevisionFinder {
  readonly #table: RevisionTable
  readonly #client: KubeClient
  readonly #asked = new Map<string, Promise<RevisionEntry | undefined>>()

  constructor(table: RevisionTable, client: KubeClient) {
    this.#table = table
    this.#client = client
  }

  /** Undefined when there is no such revision. A promise only when the API server must be asked; it rejects when that fails. */
  find(key: ObjectKey): RevisionEntry | undefined | Promise<RevisionEntry | undefined> {
    const known = this.#table.get(key)
    if (known !== undefined || key.name === '' || key.namespace === '') return known
    const text = keyText(key)
    const asked = this.#asked.get(text) ?? this.#ask(key).finally(() => this.#asked.delete(text))
    this.#asked.set(text, asked)
    return asked
  }

  async #ask(key: ObjectKey): Promise<RevisionEntry | undefined> {
    try {
      for (;;) {
        const { removals } = this.#table
        const found = await this.#client.get(revisions, key)
        // It may be the one that went meanwhile, of which nobody will say again that it has gone.
        if (removals === this.#table.removals) return this.#table.put(found)
      }
    } catch (error) {
      if (isNotFound(error)) return undefined
      throw error
    }
  }
}
