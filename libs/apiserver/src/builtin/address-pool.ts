/**
 * Cluster addresses of Services. Which are taken follows from the stored Services alone, so nothing can leak: an address is free
 * again the moment its Service is gone.
 */

/** An IPv4 block such as `10.96.0.0/16`; the first address is the API server's own. */
export class AddressPool {
  readonly #base: number
  readonly #size: number
  readonly #taken = new Map<string, string>()
  #next: number

  constructor(cidr: string) {
    const [address = '', bits = '32'] = cidr.split('/')
    this.#size = 2 ** (32 - Number(bits))
    this.#base = numberOf(address)
    // Low addresses are left to those who ask for them by number.
    this.#next = Math.min(256, this.#size >> 2)
  }

  /** Whether the block holds `address`. */
  contains(address: string): boolean {
    const offset = numberOf(address) - this.#base
    return offset > 0 && offset < this.#size - 1
  }

  /** The address at the same place of this block as `address` has in a block of the same size. */
  moved(address: string): string {
    return textOf(this.#base + (numberOf(address) % this.#size))
  }

  /** The next free address, taken for `owner` at once; undefined when all are taken. */
  allocate(owner: string): string | undefined {
    for (let tries = 0; tries < this.#size; tries++) {
      const address = textOf(this.#base + this.#next)
      this.#next = this.#next + 1 >= this.#size - 1 ? 2 : this.#next + 1
      if (!this.#taken.has(address)) {
        this.#taken.set(address, owner)
        return address
      }
    }
    return undefined
  }

  /** Takes a certain address; false when another owner has it. */
  take(address: string, owner: string): boolean {
    const holder = this.#taken.get(address)
    if (holder !== undefined && holder !== owner) return false
    this.#taken.set(address, owner)
    return true
  }

  /** Gives an address back; nothing happens when `owner` does not hold it. */
  release(address: string, owner: string): void {
    if (this.#taken.get(address) === owner) this.#taken.delete(address)
  }
}

const numberOf = (address: string) => address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0)
const textOf = (value: number) => [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join('.')
