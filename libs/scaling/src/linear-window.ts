import type { MetricWindow } from './metric-window.ts'

/**
 * The plain average over the last `seconds`, in one-second buckets: a ring with a running total. Readings of one second add up, because
 * activators and pods report different parts of one load. Source: reference 3.3, "Linear TimedFloat64Buckets".
 */
export class LinearWindow implements MetricWindow {
  #ring: Float64Array
  #total = 0
  #first = 0
  #last = -1

  constructor(seconds: number) {
    this.#ring = new Float64Array(Math.max(1, seconds))
  }

  record(nowMs: number, value: number): void {
    const second = Math.floor(nowMs / 1000)
    const size = this.#ring.length
    if (this.#last < 0 || second - this.#last >= size) {
      this.#ring.fill(0)
      this.#total = 0
      this.#first = second
      this.#last = second
    } else if (second > this.#last) {
      this.#expire(second)
    } else if (this.#last - second >= size) {
      return
    } else if (second < this.#first) {
      this.#first = second
    }
    const slot = second % size
    this.#ring[slot] = (this.#ring[slot] ?? 0) + value
    this.#total += value
  }

  average(nowMs: number): number {
    const now = Math.floor(nowMs / 1000)
    const size = this.#ring.length
    if (this.#last < 0 || now >= this.#last + size) return 0
    if (now <= this.#last) return rounded(this.#total / Math.min(this.#last - this.#first + 1, size))
    const idle = now - this.#last
    let total = this.#total
    for (let second = this.#last + 1; second <= now; second++) total -= this.#ring[second % size] ?? 0
    return rounded(total / Math.min(this.#last - this.#first + 1, size - idle))
  }

  isEmpty(nowMs: number): boolean {
    return this.#last < 0 || Math.floor(nowMs / 1000) - this.#last > this.#ring.length
  }

  resize(seconds: number): void {
    const before = this.#ring
    const size = Math.max(1, seconds)
    if (size === before.length) return
    this.#ring = new Float64Array(size)
    if (this.#last < 0) return
    const kept = Math.min(size, before.length)
    this.#total = 0
    for (let age = 0; age < kept; age++) {
      const second = this.#last - age
      if (second < 0) break
      const value = before[second % before.length] ?? 0
      this.#ring[second % size] = value
      this.#total += value
    }
    // Growing: the seconds before the old window are unknown, so the average must not divide by them.
    this.#first = Math.max(this.#first, this.#last - (kept - 1))
  }

  /** Empties the buckets between the last write and `second`, which were written a window ago. */
  #expire(second: number): void {
    const size = this.#ring.length
    for (let passed = this.#last + 1; passed <= second; passed++) {
      this.#total -= this.#ring[passed % size] ?? 0
      this.#ring[passed % size] = 0
    }
    this.#last = second
  }
}

const rounded = (value: number): number => Math.round(value * 1e6) / 1e6
