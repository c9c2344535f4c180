import type { ChannelStore, Topic } from '@knative-ts/messaging'
import type { Log } from '@knative-ts/telemetry/logger'

/** The topics of a store by whom they are for: who opens one while another one of its name is being deleted waits for that, and gets a new one. */
export class OwnTopics {
  readonly #store: ChannelStore
  readonly #log: Log
  /** Names of topics when the process started, but for those deleted since: what a former one left. */
  #left = new Set<string>()
  readonly #going = new Map<string, Promise<void>>()
  #closed = false

  constructor(store: ChannelStore, log: Log) {
    this.#store = store
    this.#log = log
  }

  /** Finds out what a former process has left. */
  async look(): Promise<void> {
    this.#left = new Set(await this.#store.topics())
  }

  /** Whether a former process has left a topic of this name. */
  wasLeft(name: string): boolean {
    return this.#left.has(name)
  }

  names(): Promise<readonly string[]> {
    return this.#store.topics()
  }

  /** Rejects as the store does. */
  async open(name: string): Promise<Topic> {
    for (let going = this.#going.get(name); going !== undefined; going = this.#going.get(name)) await going
    return this.#store.openTopic(name)
  }

  /** Deletes a topic once `end` has come. Never rejects. */
  delete(name: string, end?: Promise<unknown>): Promise<void> {
    this.#left.delete(name)
    const gone = Promise.all([end, this.#going.get(name)])
      .then(() => this.#delete(name))
      .finally(() => {
        if (this.#going.get(name) === gone) this.#going.delete(name)
      })
    this.#going.set(name, gone)
    return gone
  }

  /** Resolves when nothing is being deleted any more. */
  async close(): Promise<void> {
    this.#closed = true
    await Promise.all(this.#going.values())
  }

  async #delete(topic: string): Promise<void> {
    try {
      await this.#store.deleteTopic(topic)
    } catch (error) {
      // It is found again, and deleted, after the next start.
      if (!this.#closed) this.#log.warn({ topic, error }, `topic ${topic} cannot be deleted: ${(error as Error).message}`)
    }
  }
}
