import { assignedPods, type Share, wholeShare } from './assignment.ts'
import { policyOf } from './balancing/policy-of.ts'
import type { Policy } from './balancing/policy.ts'
import { type Admission, Breaker, type Cancellation } from './breaker.ts'
import { InfiniteBreaker } from './infinite-breaker.ts'
import { PodTracker } from './pod-tracker.ts'

const mostCapacity = 2 ** 31 - 1
/** Upstream's: above all that could ever run, so that in practice only its timeout ends a wait (reference 4.2). */
const queueDepth = 10_000

/** What matters of a revision, and where chance comes from. */
export interface ThrottlerOptions {
  /** 0 means no limit. */
  readonly containerConcurrency: number
  /** Gives [0, 1). */
  readonly random: () => number
}

/** A Service that stands for the pods behind it. */
export interface ServiceBackend {
  /** `ip:port` */
  readonly address: string
  /** How many pods are ready behind it; at least 1. */
  readonly pods: number
}

/** A place for one request at one pod. `release` gives it back, exactly once. */
export interface Place {
  /** `ip:port` */
  readonly address: string
  release(): void
}

/**
 * Admits the requests of one revision to its pods (reference 4.2): they wait while there is no pod or no free place, then go to a pod that the
 * policy chooses. No pod ever has more than containerConcurrency of this activator's requests.
 *
 * Unlike upstream, requests that still run on a pod that went away take no capacity from the pods that are there.
 */
export class RevisionThrottler {
  readonly #concurrency: number
  readonly #breaker: Breaker | InfiniteBreaker
  readonly #policy: Policy
  /** Every pod that is known, and those that went while requests ran there. */
  readonly #trackers = new Map<string, PodTracker>()
  #known: readonly string[] = []
  #service: ServiceBackend | undefined
  #assigned: readonly PodTracker[] = []
  #ours: ReadonlySet<PodTracker> = new Set()
  #share: Share = wholeShare

  constructor({ containerConcurrency, random }: ThrottlerOptions) {
    this.#concurrency = containerConcurrency
    this.#policy = policyOf(containerConcurrency, random)
    this.#breaker =
      containerConcurrency === 0 ? new InfiniteBreaker() : new Breaker({ queueDepth, maxConcurrency: mostCapacity, initialCapacity: 0 })
  }

  /** Requests that may run at once on the pods that are ours. */
  get capacity(): number {
    if (this.#assigned.length === 0) return 0
    if (this.#concurrency === 0) return mostCapacity
    return Math.min(this.#service === undefined ? this.#concurrency * this.#assigned.length : this.#shareOf(this.#service), mostCapacity)
  }

  /** Requests that wait for a place. */
  get waiting(): number {
    return this.#breaker.inFlight - this.#breaker.running
  }

  /** Requests that have a place. */
  get running(): number {
    return this.#breaker.running
  }

  /** Addresses of the pods that requests may go to now, sorted. */
  get pods(): readonly string[] {
    return this.#assigned.map(({ address }) => address)
  }

  /** Sets the pods that can take requests (`ip:port`); requests that run on others go on. */
  setPods(addresses: readonly string[]): void {
    this.#known = [...new Set(addresses)].sort()
    this.#reassign()
  }

  /** Sets the Service that requests go through instead of to pods, until it is undefined again. Which pod gets one is the Service's to say. */
  setService(service: ServiceBackend | undefined): void {
    this.#service = service
    this.#reassign()
  }

  /** Sets which part of the pods is ours. With containerConcurrency 0 all are. */
  setShare(share: Share): void {
    if (share.self === this.#share.self && share.activators === this.#share.activators) return
    this.#share = share
    this.#reassign()
  }

  /** Takes a place if one is free and nobody waits for it. */
  tryAcquire(): Place | undefined {
    return this.#breaker.tryAcquire() ? this.#place() : undefined
  }

  /** Takes a place when one is free and it is this one's turn. Resolves, never rejects. */
  async acquire(cancellation?: Cancellation): Promise<Place | Exclude<Admission, 'admitted'>> {
    for (;;) {
      const admission = await this.#breaker.acquire(cancellation)
      if (admission !== 'admitted') return admission
      const place = this.#place()
      if (place !== undefined) return place
      // The pod went between admission and here: queue again.
    }
  }

  /** A place for one who was admitted; without one the admission is given back. */
  #place(): Place | undefined {
    const tracker = this.#policy(this.#assigned)
    if (tracker === undefined) {
      this.#breaker.release()
      return undefined
    }
    return new TakenPlace(tracker, this.#give)
  }

  readonly #give = (tracker: PodTracker): void => {
    tracker.release()
    const stray = !this.#ours.has(tracker)
    if (stray && tracker.inFlight === 0 && !this.#known.includes(tracker.address)) this.#trackers.delete(tracker.address)
    if (stray) this.#resize()
    this.#breaker.release()
  }

  /** Our part of what the pods behind a Service may do: no pod is anybody's, so that each activator takes an equal part, and at least one (reference 4.2). */
  #shareOf({ pods }: ServiceBackend): number {
    return Math.max(1, Math.floor((this.#concurrency * pods) / Math.max(1, this.#share.activators)))
  }

  #reassign(): void {
    for (const [address, tracker] of this.#trackers) {
      if (tracker.inFlight === 0 && !this.#known.includes(address)) this.#trackers.delete(address)
    }
    if (this.#service !== undefined) {
      const { address } = this.#service
      // Without a limit of its own: there is one for all that is behind it.
      const tracker = this.#trackers.get(address) ?? new PodTracker(address, 0)
      this.#trackers.set(address, tracker)
      this.#assigned = [tracker]
      this.#ours = new Set(this.#assigned)
      this.#resize()
      return
    }
    const trackers = this.#known.map((address) => {
      const tracker = this.#trackers.get(address) ?? new PodTracker(address, this.#concurrency)
      this.#trackers.set(address, tracker)
      return tracker
    })
    this.#assigned = this.#concurrency === 0 ? trackers : assignedPods(trackers, this.#share)
    this.#ours = new Set(this.#assigned)
    this.#resize()
  }

  /** What runs on pods that are not ours (any more) occupies the breaker, but no place of ours. */
  #resize(): void {
    let strays = 0
    for (const tracker of this.#trackers.values()) if (!this.#ours.has(tracker)) strays += tracker.inFlight
    this.#breaker.resize(this.#assigned.length === 0 ? 0 : Math.min(this.capacity + strays, mostCapacity))
  }
}

/** No closure of its own: one is made for every request. */
class TakenPlace implements Place {
  readonly #tracker: PodTracker
  readonly #give: (tracker: PodTracker) => void

  constructor(tracker: PodTracker, give: (tracker: PodTracker) => void) {
    this.#tracker = tracker
    this.#give = give
  }

  get address(): string {
    return this.#tracker.address
  }

  release(): void {
    this.#give(this.#tracker)
  }
}
