/** What the autoscaler is told about one period (the `Stat` message). */
export interface StatReport {
  readonly averageConcurrentRequests: number
  readonly averageProxiedConcurrentRequests: number
  /** Requests per second that arrived. */
  readonly requestCount: number
  readonly proxiedRequestCount: number
}

/**
 * Time-weighted concurrency between two reports (reference 5.6). On each event concurrency × elapsed goes to an accumulator; a report divides by the
 * period, and keeps the current concurrency. Pure: the caller owns the clock (milliseconds, monotonic).
 */
export class RequestStats {
  #since: number
  #lastChange: number
  #concurrency = 0
  #proxied = 0
  #area = 0
  #proxiedArea = 0
  #count = 0
  #proxiedCount = 0
  #total = 0

  constructor(now: number) {
    this.#since = now
    this.#lastChange = now
  }

  /** Requests since the start. */
  get total(): number {
    return this.#total
  }

  /** A request arrives. `proxied`: through an activator, which counts it too. */
  begin(now: number, proxied: boolean): void {
    this.#advance(now)
    this.#concurrency++
    this.#count++
    this.#total++
    if (proxied) {
      this.#proxied++
      this.#proxiedCount++
    }
  }

  /** It is over. */
  end(now: number, proxied: boolean): void {
    this.#advance(now)
    this.#concurrency--
    if (proxied) this.#proxied--
  }

  /** The period since the last report; begins a new one. */
  report(now: number): StatReport {
    this.#advance(now)
    const period = Math.max(now - this.#since, 1)
    const report = {
      averageConcurrentRequests: this.#area / period,
      averageProxiedConcurrentRequests: this.#proxiedArea / period,
      requestCount: (this.#count * 1000) / period,
      proxiedRequestCount: (this.#proxiedCount * 1000) / period
    }
    this.#since = now
    this.#area = this.#proxiedArea = this.#count = this.#proxiedCount = 0
    return report
  }

  #advance(now: number): void {
    const elapsed = now - this.#lastChange
    if (elapsed <= 0) return
    this.#area += this.#concurrency * elapsed
    this.#proxiedArea += this.#proxied * elapsed
    this.#lastChange = now
  }
}
