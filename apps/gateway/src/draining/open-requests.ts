import type { Exchange, Handler } from '@knative-ts/proxy'

/** What a handler has under way, oldest first, so that a drain knows what it waits for. */
export class OpenRequests {
  readonly handler: Handler
  readonly #open = new Set<Exchange>()
  #idleSince = performance.now()

  constructor(handler: Handler) {
    this.handler = async (exchange) => {
      this.#open.add(exchange)
      try {
        await handler(exchange)
      } finally {
        this.#open.delete(exchange)
        this.#idleSince = performance.now()
      }
    }
  }

  /** Milliseconds since the last request ended; 0 while one is open. */
  idleMs(now: number): number {
    return this.#open.size > 0 ? 0 : now - this.#idleSince
  }

  /** Age of the oldest open request in milliseconds; 0 without any. */
  oldestMs(now: number): number {
    for (const { startedAt } of this.#open) return now - startedAt
    return 0
  }
}
