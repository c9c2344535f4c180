import type { Admission, Cancellation } from './breaker.ts'

interface Waiter {
  readonly settle: (admission: Admission) => void
}

/**
 * The breaker of a revision without a limit (containerConcurrency 0): all wait while the capacity is 0, without bound, and all are let go
 * when it is more (reference 4.2).
 */
export class InfiniteBreaker {
  #capacity = 0
  #running = 0
  readonly #waiters = new Set<Waiter>()

  get capacity(): number {
    return this.#capacity
  }

  get running(): number {
    return this.#running
  }

  /** How many run or wait now. */
  get inFlight(): number {
    return this.#running + this.#waiters.size
  }

  /** False while the capacity is 0. */
  tryAcquire(): boolean {
    if (this.#capacity === 0) return false
    this.#running++
    return true
  }

  /** Resolves when there is capacity or the wait is cancelled; never rejects. */
  acquire(cancellation?: Cancellation): Promise<Admission> {
    if (cancellation?.aborted === true) return Promise.resolve('cancelled')
    if (this.tryAcquire()) return Promise.resolve('admitted')
    return new Promise((resolve) => {
      const cancel = (): void => {
        this.#waiters.delete(waiter)
        resolve('cancelled')
      }
      const waiter: Waiter = {
        settle: (admission) => {
          cancellation?.removeEventListener('abort', cancel)
          resolve(admission)
        }
      }
      cancellation?.addEventListener('abort', cancel)
      this.#waiters.add(waiter)
    })
  }

  /** Throws when nothing runs: released twice. */
  release(): void {
    if (this.#running === 0) throw new Error('breaker: released more often than acquired')
    this.#running--
  }

  /** More than 0 lets everybody go. */
  resize(capacity: number): void {
    this.#capacity = Math.max(capacity, 0)
    if (this.#capacity === 0) return
    const released = [...this.#waiters]
    this.#waiters.clear()
    this.#running += released.length
    for (const waiter of released) waiter.settle('admitted')
  }
}
