import { Breaker } from './breaker.ts'

/** Requests that may wait at one pod's breaker (reference 4.2); none do, since a place is only ever taken when it is free. */
const queueDepth = 10_000

/** One pod of a revision, as one activator sees it: how many of its requests run there, and how many more may. */
export class PodTracker {
  /** `ip:port` */
  readonly address: string
  readonly #breaker: Breaker | undefined
  #inFlight = 0

  /** `containerConcurrency` 0 means no limit. */
  constructor(address: string, containerConcurrency: number) {
    this.address = address
    this.#breaker =
      containerConcurrency === 0
        ? undefined
        : new Breaker({ queueDepth, maxConcurrency: containerConcurrency, initialCapacity: containerConcurrency })
  }

  /** Requests that run there now. */
  get inFlight(): number {
    return this.#inFlight
  }

  /** Takes a place if one is free. */
  reserve(): boolean {
    if (this.#breaker?.tryAcquire() === false) return false
    this.#inFlight++
    return true
  }

  /** Gives a place back. Throws when there is none to give back. */
  release(): void {
    if (this.#inFlight === 0) throw new Error(`pod ${this.address}: released more often than reserved`)
    this.#inFlight--
    this.#breaker?.release()
  }
}
