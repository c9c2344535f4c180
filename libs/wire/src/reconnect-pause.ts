/** Milliseconds between attempts: at first, and at most. */
const backoff = { firstMs: 50, mostMs: 2_000 }

/** The pauses between attempts to open a stream: each twice as long as the last, by chance a quarter more or less, so that many clients do not come at once. */
export class ReconnectPause {
  #waitMs = backoff.firstMs
  #cut: () => void = () => undefined

  /** Resolves when it is time for the next attempt, or at {@link cut}. */
  wait(): Promise<void> {
    const waitMs = this.#waitMs * (0.75 + Math.random() / 2)
    this.#waitMs = Math.min(this.#waitMs * 2, backoff.mostMs)
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, waitMs)
      this.#cut = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }

  /** Ends a pause that lasts. */
  cut(): void {
    this.#cut()
  }

  /** An attempt was good: the next pause is a short one again. */
  reset(): void {
    this.#waitMs = backoff.firstMs
  }
}
