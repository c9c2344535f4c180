/** The part of an AbortSignal that waiting needs. */
export interface Cancellation {
  readonly aborted: boolean
  addEventListener(type: 'abort', listener: () => void): void
  removeEventListener(type: 'abort', listener: () => void): void
}

/** Bounds of a breaker, in requests. */
export interface BreakerLimits {
  /** How many may wait beyond those that run. */
  readonly queueDepth: number
  /** Most that can ever run at once; with `queueDepth` it bounds all that is admitted. */
  readonly maxConcurrency: number
  /** How many may run at once to begin with; at most `maxConcurrency`. */
  readonly initialCapacity: number
}

/** What became of a wish to run. Only `admitted` must be followed by `release`. */
export type Admission = 'admitted' | 'queue-full' | 'cancelled'

interface Waiter {
  readonly settle: (admission: Admission) => void
  waiting: boolean
}

/**
 * Bounds what runs at once and what waits for it, first come first served (reference 4.2, Breaker). Waiting and running together never exceed
 * `queueDepth + maxConcurrency`; beyond that a wish fails at once. The capacity may change at any time: less never stops what runs, more wakes waiters.
 */
export class Breaker {
  readonly totalSlots: number
  readonly #maxConcurrency: number
  #capacity: number
  #running = 0
  #waiting = 0
  /** In order of arrival; cancelled ones stay until their turn, and are then passed over. */
  #queue: Waiter[] = []
  #first = 0

  /** Throws a RangeError unless queueDepth >= 0, maxConcurrency >= 1 and 0 <= initialCapacity <= maxConcurrency. */
  constructor({ queueDepth, maxConcurrency, initialCapacity }: BreakerLimits) {
    if (!(queueDepth >= 0)) throw new RangeError(`queueDepth ${queueDepth}: must be 0 or more`)
    if (!(maxConcurrency >= 1)) throw new RangeError(`maxConcurrency ${maxConcurrency}: must be 1 or more`)
    if (!(initialCapacity >= 0 && initialCapacity <= maxConcurrency)) {
      throw new RangeError(`initialCapacity ${initialCapacity}: must be between 0 and ${maxConcurrency}`)
    }
    this.totalSlots = queueDepth + maxConcurrency
    this.#maxConcurrency = maxConcurrency
    this.#capacity = initialCapacity
  }

  get capacity(): number {
    return this.#capacity
  }

  /** How many run now. */
  get running(): number {
    return this.#running
  }

  /** How many run or wait now. */
  get inFlight(): number {
    return this.#running + this.#waiting
  }

  /** Takes a slot at once, or answers false: no one is asked to wait. Waiters go first. */
  tryAcquire(): boolean {
    if (this.#waiting > 0 || this.#running >= this.#capacity) return false
    this.#running++
    return true
  }

  /** Takes a slot when it is this one's turn. Resolves, never rejects; a cancelled wait gives its place up. */
  acquire(cancellation?: Cancellation): Promise<Admission> {
    if (cancellation?.aborted === true) return Promise.resolve('cancelled')
    if (this.tryAcquire()) return Promise.resolve('admitted')
    if (this.inFlight >= this.totalSlots) return Promise.resolve('queue-full')
    return new Promise((resolve) => {
      const cancel = (): void => {
        waiter.waiting = false
        this.#waiting--
        this.#forgetCancelled()
        resolve('cancelled')
      }
      const waiter: Waiter = {
        waiting: true,
        settle: (admission) => {
          cancellation?.removeEventListener('abort', cancel)
          resolve(admission)
        }
      }
      cancellation?.addEventListener('abort', cancel)
      this.#waiting++
      this.#queue.push(waiter)
    })
  }

  /** Gives a slot back, to the first waiter if there is one. Throws when nothing runs: a slot was given back twice. */
  release(): void {
    if (this.#running === 0) throw new Error('breaker: released more often than acquired')
    this.#running--
    this.#wake()
  }

  /** Sets how many may run at once; clamped to 0 and `maxConcurrency`. */
  resize(capacity: number): void {
    this.#capacity = Math.min(Math.max(capacity, 0), this.#maxConcurrency)
    this.#wake()
  }

  /** Who waits long at capacity 0 must not pay memory for those who came and left. */
  #forgetCancelled(): void {
    if (this.#queue.length - this.#first <= 2 * this.#waiting + 64) return
    this.#queue = this.#queue.filter((waiter) => waiter.waiting)
    this.#first = 0
  }

  #wake(): void {
    while (this.#running < this.#capacity && this.#first < this.#queue.length) {
      const waiter = this.#queue[this.#first++] as Waiter
      if (!waiter.waiting) continue
      waiter.waiting = false
      this.#waiting--
      this.#running++
      waiter.settle('admitted')
    }
    if (this.#first === this.#queue.length || this.#first > 1024) {
      this.#queue.splice(0, this.#first)
      this.#first = 0
    }
  }
}
