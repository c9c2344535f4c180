import type { Handler } from '@knative-ts/proxy'

/** Counts what a handler has under way, so that a drain knows when nothing comes any more. Probes count: they are short. */
export class OpenRequests {
  readonly handler: Handler
  #open = 0
  #idleSince = performance.now()

  constructor(handler: Handler) {
    this.handler = async (exchange) => {
      this.#open++
      try {
        await handler(exchange)
      } finally {
        this.#open--
        this.#idleSince = performance.now()
      }
    }
  }

  get open(): number {
    return this.#open
  }

  /** Milliseconds since the last request ended; 0 while one is open. */
  idleMs(now: number): number {
    return this.#open > 0 ? 0 : now - this.#idleSince
  }
}
