import type { MetricWindow } from './metric-window.ts'

/**
 * The plain average over the last `seconds`, in one-second buckets: a ring with a running total. Readings of one second add up, because
 * activators and pods report different parts of one load. Source: reference 3.3, "Linear TimedFloat64Buckets".
 *
 * Most revisions do nothing most of the time: there is a ring only while a reading other than 0 is in the window.
 */
export class LinearWindow implements MetricWindow {
  #size: number
  #ring: Float64Array | undefined
  /** The last second with a reading other than 0. */
  #busy = -1
  #total = 0
  #first = 0
  #last = -1

  constructor(seconds: number) {
    this.#size = Math.max(1, seconds)
  }

  record(nowMs: number, value: number): void {
    const second = Math.floor(nowMs / 1000)
    const size = this.#size
    if (this.#last < 0 || second - this.#last >= size) {
      this.#empty()
      this.#first = second
      this.#last = second
    } else if (second > this.#last) {
      this.#expire(second)
    } else if (this.#last - second >= size) {
      return
    } else if (second < this.#first) {
      this.#first = second
    }
    if (value === 0) return
    this.#ring ??= new Float64Array(size)
    const slot = second % size
    this.#ring[slot] = (this.#ring[slot] ?? 0) + value
    this.#total += value
    this.#busy = Math.max(this.#busy, second)
  }

  average(nowMs: number): number {
    const now = Math.floor(nowMs / 1000)
    const size = this.#size
    const ring = this.#ring
    if (ring === undefined || now >= this.#last + size) return 0
    if (now <= this.#last) return rounded(this.#total / Math.min(this.#last - this.#first + 1, size))
    const idle = now - this.#last
    let total = this.#total
    for (let second = this.#last + 1; second <= now; second++) total -= ring[second % size] ?? 0
    return rounded(total / Math.min(this.#last - this.#first + 1, size - idle))
  }

  isEmpty(nowMs: number): boolean {
    return this.#last < 0 || Math.floor(nowMs / 1000) - this.#last > this.#size
  }

  resize(seconds: number): void {
    const before = this.#ring
    const sizeBefore = this.#size
    const size = Math.max(1, seconds)
    if (size === sizeBefore) return
    this.#size = size
    if (this.#last < 0) return
    const kept = Math.min(size, sizeBefore)
    // Growing: the seconds before the old window are unknown, so the average must not divide by them.
    this.#first = Math.max(this.#first, this.#last - (kept - 1))
    this.#ring = undefined
    this.#total = 0
    if (before === undefined || this.#busy <= this.#last - kept) return
    const ring = new Float64Array(size)
    for (let age = 0; age < kept && age <= this.#last; age++) {
      const second = this.#last - age
      const value = before[second % sizeBefore] ?? 0
      ring[second % size] = value
      this.#total += value
    }
    this.#ring = ring
  }

  /** Empties the buckets between the last write and `second`, which were written a window ago. */
  #expire(second: number): void {
    const ring = this.#ring
    if (second - this.#busy >= this.#size) this.#empty()
    else if (ring !== undefined) {
      for (let passed = this.#last + 1; passed <= second; passed++) {
        this.#total -= ring[passed % this.#size] ?? 0
        ring[passed % this.#size] = 0
      }
    }
    this.#last = second
  }

  #empty(): void {
    this.#ring = undefined
    this.#busy = -1
    this.#total = 0
  }
}

const rounded = (value: number): number => Math.round(value * 1e6) / 1e6
