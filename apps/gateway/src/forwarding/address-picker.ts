/** Chooses among a backend's addresses: fewest requests in flight, taking turns among equals. */
export class AddressPicker {
  readonly #inFlight = new Map<string, number>()
  #turn = 0

  /** Undefined when all are excluded. */
  pick(addresses: readonly string[], excluded: ReadonlySet<string>): string | undefined {
    let chosen: string | undefined
    let fewest = Infinity
    const offset = this.#turn++
    for (let index = 0; index < addresses.length; index++) {
      const address = addresses[(index + offset) % addresses.length]
      if (address === undefined || excluded.has(address)) continue
      const count = this.#inFlight.get(address) ?? 0
      if (count < fewest) {
        chosen = address
        fewest = count
      }
    }
    return chosen
  }

  begin(address: string): void {
    this.#inFlight.set(address, (this.#inFlight.get(address) ?? 0) + 1)
  }

  end(address: string): void {
    const left = (this.#inFlight.get(address) ?? 1) - 1
    if (left <= 0) this.#inFlight.delete(address)
    else this.#inFlight.set(address, left)
  }
}
