/** What is reported of one period. */
export interface LoadOfPeriod {
  /** Time-weighted mean of open requests, those that wait included. */
  readonly concurrency: number
  /** Arrivals. */
  readonly requests: number
}

/**
 * Open requests of one revision over time (reference 4.4). Pure: the caller owns the clock (milliseconds, monotonic). The first request of all is
 * reported by itself, at once, and therefore taken off the report of the period that it falls in.
 */
export class RevisionLoad {
  #since: number
  #lastChange: number
  #open = 0
  #area = 0
  #arrived = 0
  #reportedBefore = 1

  /** The first request has just arrived. */
  constructor(now: number) {
    this.#since = now
    this.#lastChange = now
  }

  /** Requests open now. */
  get open(): number {
    return this.#open
  }

  begin(now: number): void {
    this.#advance(now)
    this.#open++
    this.#arrived++
  }

  end(now: number): void {
    this.#advance(now)
    this.#open--
  }

  /** The period since the last report; begins a new one. `idle`: nothing was open at any time in it. */
  report(now: number): LoadOfPeriod & { readonly idle: boolean } {
    this.#advance(now)
    const elapsed = now - this.#since
    const mean = elapsed > 0 ? this.#area / elapsed : this.#open
    const report = {
      concurrency: Math.max(mean - this.#reportedBefore, 0),
      requests: Math.max(this.#arrived - this.#reportedBefore, 0),
      idle: mean === 0 && this.#arrived === 0
    }
    this.#since = now
    this.#area = this.#arrived = this.#reportedBefore = 0
    return report
  }

  #advance(now: number): void {
    this.#area += this.#open * (now - this.#lastChange)
    this.#lastChange = now
  }
}
