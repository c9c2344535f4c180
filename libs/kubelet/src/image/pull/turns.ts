/** Lets so many at once, the others in the order in which they came. */
export class Turns {
  readonly #most: number
  readonly #waiting: (() => void)[] = []
  #busy = 0

  constructor(most: number) {
    this.#most = most
  }

  async take<T>(action: () => Promise<T>): Promise<T> {
    // A turn is handed on, not given back, so that nobody who comes between gets it.
    if (this.#busy < this.#most) this.#busy++
    else await new Promise<void>((resolve) => this.#waiting.push(resolve))
    try {
      return await action()
    } finally {
      const next = this.#waiting.shift()
      if (next === undefined) this.#busy--
      else next()
    }
  }
}
