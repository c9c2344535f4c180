import type { Exchange } from './exchange.ts'
import type { Handler } from './pipeline.ts'

/** What a handler has under way, oldest first, so that a drain knows what it waits for. Probes count: they are short. */
export class OpenRequests {
  readonly handler: Handler
  readonly #open = new Set<Exchange>()
  #idleSince = performance.now()
  #lastBegun = performance.now()

  constructor(handler: Handler) {
    this.handler = (exchange) => {
      this.#open.add(exchange)
      this.#lastBegun = exchange.startedAt
      exchange.onEnd(this.#ended)
      return handler(exchange)
    }
  }

  readonly #ended = (exchange: Exchange): void => {
    this.#open.delete(exchange)
    this.#idleSince = performance.now()
  }

  get open(): number {
    return this.#open.size
  }

  /** performance.now when the last request came. */
  get lastBegun(): number {
    return this.#lastBegun
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
