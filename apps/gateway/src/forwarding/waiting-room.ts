import { type Exchange, heldBytesOf } from '@knative-ts/proxy'
import { type Hold, type HoldAccount, HoldBudget } from '@knative-ts/throttling'
import type { Backend } from '../routing/backend.ts'

export interface WaitingRoomLimits {
  /** Bytes that all requests may cost that wait for a backend. */
  readonly totalBytes: number
  /** Bytes that those of one backend may cost. */
  readonly backendBytes: number
  /** How many may wait for one backend. */
  readonly backendRequests: number
}

/** One request's seat: while it has it, it may wait. */
export class Seat {
  readonly #exchange: Exchange
  #hold: Hold | undefined
  #waiting = false
  #lost = false

  constructor(exchange: Exchange) {
    this.#exchange = exchange
  }

  /** The room has gone to a backend for which less waits. */
  get lost(): boolean {
    return this.#lost
  }

  /** False when there is no room; the request has its answer then. */
  take(account: HoldAccount): boolean {
    this.#hold ??= account.take(heldBytesOf(this.#exchange.request), () => {
      this.#lost = true
      // One that is being sent just now may still be taken.
      if (this.#waiting) refuseFull(this.#exchange)
    })
    if (this.#hold !== undefined && !this.#lost) return true
    refuseFull(this.#exchange)
    return false
  }

  /** Waits; false when the request must not be sent any more, because it has its answer. */
  async wait(change: Promise<void>): Promise<boolean> {
    this.#waiting = true
    await change
    this.#waiting = false
    return !this.#lost
  }

  leave(): void {
    this.#hold?.release()
  }
}

/**
 * Bounds what waits in a gateway for backends that are not there: in bytes as the activator does, fairly between backends. An outage of one must not
 * take the memory that the others need.
 */
export class WaitingRoom {
  readonly #budget: HoldBudget
  readonly #accounts = new WeakMap<Backend, HoldAccount>()

  constructor({ totalBytes, backendBytes, backendRequests }: WaitingRoomLimits) {
    this.#budget = new HoldBudget({ totalBytes, revisionBytes: backendBytes, revisionRequests: backendRequests })
  }

  /** Bytes of all that waits now. */
  get used(): number {
    return this.#budget.used
  }

  accountOf(backend: Backend): HoldAccount {
    const known = this.#accounts.get(backend)
    if (known !== undefined) return known
    const account = this.#budget.open()
    this.#accounts.set(backend, account)
    return account
  }
}

const full = { 'Content-Type': 'text/plain; charset=utf-8', 'X-Content-Type-Options': 'nosniff', 'Retry-After': '1' }

function refuseFull(exchange: Exchange): void {
  exchange.respond(503, full, 'too many requests wait for a backend that does not answer\n')
}
