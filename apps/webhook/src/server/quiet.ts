/** Knows how long it has been quiet, so that a server that drains leaves soon after the last request. */
export class Quiet {
  #last: number
  #running = 0
  readonly #now: () => number

  /** `now` in milliseconds; only differences count. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now
    this.#last = now()
  }

  begin(): void {
    this.#running++
  }

  end(): void {
    this.#running--
    this.#last = this.#now()
  }

  /** Resolves when nothing has run for `quietMs`, counted from now at the earliest, or after `atMostMs`. */
  async wait(quietMs: number, atMostMs: number): Promise<void> {
    const start = this.#now()
    this.#last = start
    for (;;) {
      const now = this.#now()
      const left = this.#running > 0 ? quietMs : this.#last + quietMs - now
      if (left <= 0 || now - start >= atMostMs) return
      await new Promise((resolve) => setTimeout(resolve, Math.min(left, Math.max(1, atMostMs - (now - start)))))
    }
  }
}
