/** How long things took, in buckets. An observation is a search of some twenty numbers. */
export class Histogram {
  readonly #bounds: readonly number[]
  readonly #counts: Float64Array
  #sum = 0

  /** `bounds`: upper bounds in seconds, ascending. */
  constructor(bounds: readonly number[]) {
    this.#bounds = bounds
    this.#counts = new Float64Array(bounds.length + 1)
  }

  observe(seconds: number): void {
    let at = 0
    while (at < this.#bounds.length && seconds > (this.#bounds[at] ?? 0)) at++
    this.#counts[at] = (this.#counts[at] ?? 0) + 1
    this.#sum += seconds
  }

  /** The lines of the exposition. `labels`: as {@link labelText} writes them. */
  lines(name: string, labels: string): string[] {
    let total = 0
    const buckets = [...this.#counts].map((count, at) => {
      total += count
      return `${name}_bucket{${labels}${labels === '' ? '' : ','}le="${this.#bounds[at] ?? '+Inf'}"} ${total}`
    })
    return [...buckets, `${name}_sum{${labels}} ${this.#sum}`, `${name}_count{${labels}} ${total}`]
  }
}
