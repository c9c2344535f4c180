import { OpenAccount } from './open-account.ts'

/**
 * Bounds how many requests are open, held or running, and shares that between revisions without knowing how many there are: each may have as many as would
 * still remain for others ("dynamic threshold"). One alone gets half, two that flood a third each; who comes then finds room, though nobody is sent away.
 */
export class OpenLimit {
  readonly total: number
  #open = 0

  /** Throws a RangeError unless `total` is 2 or more: with less there is nothing to share. */
  constructor(total: number) {
    if (!(total >= 2)) throw new RangeError(`total ${total}: must be 2 or more`)
    this.total = total
  }

  /** Requests open now, of all. */
  get open(): number {
    return this.#open
  }

  /** An account for one revision. */
  account(): OpenAccount {
    return new OpenAccount(this)
  }

  /** One more for an account that has `open`: false when there would remain less for others than it has; called by it. */
  take(open: number): boolean {
    if (open >= this.total - this.#open) return false
    this.#open++
    return true
  }

  /** One less; called by the account. */
  give(): void {
    this.#open--
  }
}
