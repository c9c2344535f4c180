/** Something that one KIngress says about a host. */
export interface Claim {
  /** `namespace/name` of the KIngress. */
  readonly ingress: string
}

/**
 * What is said about each host. Of several KIngresses that claim one, the first by name has it, whichever came first; of two claims of one KIngress,
 * the first.
 */
export class Claims<T extends Claim> {
  readonly #winners = new Map<string, T>()
  /** All claims on a host, the winner's first, where there are several. */
  readonly #contested = new Map<string, readonly T[]>()

  get(host: string): T | undefined {
    return this.#winners.get(host)
  }

  /** Hosts in any case. */
  add(host: string, claim: T): void {
    const name = host.toLowerCase()
    const winner = this.#winners.get(name)
    if (winner === undefined) {
      this.#winners.set(name, claim)
      return
    }
    const claims = [...(this.#contested.get(name) ?? [winner]), claim].toSorted((a, b) => order(a.ingress, b.ingress))
    this.#contested.set(name, claims)
    this.#winners.set(name, claims[0] as T)
  }

  remove(host: string, claim: T): void {
    const name = host.toLowerCase()
    const left = (this.#contested.get(name) ?? []).filter((other) => other !== claim)
    if (left.length > 1) this.#contested.set(name, left)
    else this.#contested.delete(name)
    const [winner] = left
    if (winner !== undefined) this.#winners.set(name, winner)
    else if (this.#winners.get(name) === claim) this.#winners.delete(name)
  }
}

const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
