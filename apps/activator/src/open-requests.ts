import type { Handler } from '@knative-ts/proxy'

/** Counts what a handler has under way, so that a drain knows when nothing comes any more. Probes count: they are short. */
export class OpenRequests {
  readonly handler: Handler
  #open = 0
  #idleSince = performance.now()
  #lastBegun = performance.now()

  constructor(handler: Handler) {
    this.handler = async (exchange) => {
      this.#open++
      this.#lastBegun = performance.now()
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

  /** performance.now when the last request came. */
  get lastBegun(): number {
    return this.#lastBegun
  }

  /** Milliseconds since the last request ended; 0 while one is open. */
  idleMs(now: number): number {
    return this.#open > 0 ? 0 : now - this.#idleSince
  }
}
