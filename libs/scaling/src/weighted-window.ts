import type { MetricWindow } from './metric-window.ts'

/**
 * An exponentially weighted average over one-second buckets: the newest second weighs most, and the weights fill 99.99 % of the window.
 * Source: reference 3.3, "Weighted buckets".
 */
export class WeightedWindow implements MetricWindow {
  #values: Float64Array
  #alpha: number
  #first = 0
  #last = -1

  constructor(seconds: number) {
    this.#values = new Float64Array(Math.max(1, seconds))
    this.#alpha = smoothing(this.#values.length)
  }

  record(nowMs: number, value: number): void {
    const second = Math.floor(nowMs / 1000)
    const size = this.#values.length
    if (this.#last < 0 || second - this.#last >= size) {
      this.#values.fill(0)
      this.#first = second
      this.#last = second
    } else if (second > this.#last) {
      for (let passed = this.#last + 1; passed <= second; passed++) this.#values[passed % size] = 0
      this.#last = second
    } else if (this.#last - second >= size) {
      return
    } else if (second < this.#first) {
      this.#first = second
    }
    this.#values[second % size] = (this.#values[second % size] ?? 0) + value
  }

  average(nowMs: number): number {
    const now = Math.floor(nowMs / 1000)
    const size = this.#values.length
    if (this.#last < 0 || now >= this.#last + size) return 0
    const idle = Math.max(0, now - this.#last)
    const counted = Math.min(size - idle, this.#last - this.#first + 1)
    let weight = this.#alpha * (1 - this.#alpha) ** idle
    let sum = 0
    for (let age = 0; age < counted; age++) {
      sum += (this.#values[(this.#last - age) % size] ?? 0) * weight
      weight *= 1 - this.#alpha
    }
    return sum
  }

  isEmpty(nowMs: number): boolean {
    return this.#last < 0 || Math.floor(nowMs / 1000) - this.#last > this.#values.length
  }

  resize(seconds: number): void {
    const size = Math.max(1, seconds)
    if (size === this.#values.length) return
    const before = this.#values
    this.#values = new Float64Array(size)
    this.#alpha = smoothing(size)
    const kept = Math.min(size, before.length)
    for (let age = 0; this.#last >= 0 && age < kept && age <= this.#last; age++) {
      const second = this.#last - age
      this.#values[second % size] = before[second % before.length] ?? 0
    }
    this.#first = Math.max(this.#first, this.#last - (kept - 1))
  }
}

const smoothing = (buckets: number): number => Math.max(1 - (1 - 0.9999) ** (1 / buckets), 0.2)
