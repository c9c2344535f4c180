import { HoldAccount } from './hold-account.ts'

/** Bounds of what is held, for all revisions and for one. */
export interface HoldLimits {
  /** Bytes that all held requests may cost together. */
  readonly totalBytes: number
  /** Bytes that those of one revision may cost. */
  readonly revisionBytes: number
  /** How many of one revision may be held. */
  readonly revisionRequests: number
}

/**
 * Bounds what held requests cost, fairly between revisions. Nobody goes over the limits. When the total is used up, the newest requests of the revision
 * that holds the most are pushed out for one that would still hold less ("drop from the longest queue"): so a revision is refused for the total only when
 * it would hold at least its even share of it, `totalBytes` ÷ the revisions that hold something, itself included.
 */
export class HoldBudget {
  readonly limits: HoldLimits
  /** Those that hold something. */
  readonly #holding = new Set<HoldAccount>()
  #used = 0

  /** Throws a RangeError unless all limits are 1 or more. */
  constructor(limits: HoldLimits) {
    for (const [name, limit] of Object.entries(limits)) if (!(limit >= 1)) throw new RangeError(`${name} ${limit}: must be 1 or more`)
    this.limits = limits
  }

  /** Bytes held now, by all. */
  get used(): number {
    return this.#used
  }

  /** An account for one revision. It is forgotten while it holds nothing. */
  open(): HoldAccount {
    return new HoldAccount(this)
  }

  /** Whether `account` may take so many bytes more; pushes others out for it where that is fair. */
  makeRoom(account: HoldAccount, bytes: number): boolean {
    const { totalBytes, revisionBytes, revisionRequests } = this.limits
    const wanted = account.bytes + bytes
    if (wanted > revisionBytes || bytes > totalBytes || account.count >= revisionRequests) return false
    while (this.#used + bytes > totalBytes) {
      const greediest = this.#greediest()
      if (greediest === undefined || greediest === account || greediest.bytes <= wanted) return false
      greediest.pushOutNewest()
    }
    return true
  }

  /** An account holds so many bytes more, or less; called by it. */
  changed(account: HoldAccount, bytes: number): void {
    this.#used += bytes
    if (account.count === 0) this.#holding.delete(account)
    else this.#holding.add(account)
  }

  /** Looked for only when the total is used up: that costs less than an order kept on each hold. */
  #greediest(): HoldAccount | undefined {
    let greediest: HoldAccount | undefined
    for (const account of this.#holding) if (greediest === undefined || account.bytes > greediest.bytes) greediest = account
    return greediest
  }
}
