/** Ids of the streams that something was done to lately: the last so many. */
export class StreamMemory {
  readonly #size: number
  #ids: Int32Array | undefined
  #next = 0

  constructor(size: number) {
    this.#size = size
  }

  add(id: number): void {
    this.#ids ??= new Int32Array(this.#size)
    this.#ids[this.#next] = id
    this.#next = (this.#next + 1) % this.#size
  }

  has(id: number): boolean {
    return this.#ids !== undefined && this.#ids.includes(id)
  }
}
