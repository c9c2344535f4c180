/** Memory that several may take together, in bytes. */
export class Budget {
  readonly #bytes: number
  readonly #waiting = new Set<() => void>()
  #used = 0

  constructor(bytes: number) {
    this.#bytes = bytes
  }

  get used(): number {
    return this.#used
  }

  get isSpent(): boolean {
    return this.#used >= this.#bytes
  }

  take(bytes: number): void {
    this.#used += bytes
  }

  give(bytes: number): void {
    this.#used -= bytes
    if (this.#waiting.size === 0 || this.isSpent) return
    const waiting = [...this.#waiting]
    this.#waiting.clear()
    // In a turn of its own: who gives is in the middle of something.
    setImmediate(() => {
      for (const again of waiting) again()
    })
  }

  /** Calls `again` once when somebody has given some back; by then another one may have taken it. */
  wait(again: () => void): void {
    this.#waiting.add(again)
  }
}
