/** Hands out addresses `PREFIX.x.y`, from x.y = 0.2 on, and reuses one only after all others: a stale connection must not meet a new pod. */
export class AddressPool {
  readonly #prefix: string
  readonly #taken = new Set<number>()
  #next = 2

  constructor(prefix: string) {
    this.#prefix = prefix
  }

  /** Throws when all 65,000 are taken. */
  take(): string {
    for (let tried = 0; tried < 65_024; tried++) {
      const number = this.#next
      this.#next = number >= 65_278 ? 2 : number + 1
      const low = number & 255
      if (low === 0 || low === 255 || this.#taken.has(number)) continue
      this.#taken.add(number)
      return `${this.#prefix}.${number >> 8}.${low}`
    }
    throw new Error(`all addresses of ${this.#prefix}.0.0/16 are taken`)
  }

  give(address: string): void {
    const [high, low] = address.split('.').slice(2).map(Number) as [number, number]
    this.#taken.delete((high << 8) | low)
  }
}
