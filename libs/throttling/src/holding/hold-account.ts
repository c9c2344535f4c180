import { Hold } from './hold.ts'
import type { HoldBudget } from './hold-budget.ts'

/** What the requests of one revision hold of a budget, oldest to newest. Made by `HoldBudget.open`. */
export class HoldAccount {
  readonly #budget: HoldBudget
  #newest: Hold | undefined
  #bytes = 0
  #count = 0

  constructor(budget: HoldBudget) {
    this.#budget = budget
  }

  /** Bytes held now. */
  get bytes(): number {
    return this.#bytes
  }

  /** Requests held now. */
  get count(): number {
    return this.#count
  }

  /**
   * Takes `bytes` for a request that has to wait; undefined when it must be refused. `pushOut` is called, at most once and only while the hold lasts,
   * when the room goes to a revision that holds less.
   */
  take(bytes: number, pushOut: () => void): Hold | undefined {
    if (!this.#budget.makeRoom(this, bytes)) return undefined
    const hold = new Hold(this, bytes, pushOut)
    hold.older = this.#newest
    if (this.#newest !== undefined) this.#newest.newer = hold
    this.#newest = hold
    this.#bytes += bytes
    this.#count++
    this.#budget.changed(this, bytes)
    return hold
  }

  /** Refuses the newest: it has waited least. */
  pushOutNewest(): void {
    this.#newest?.pushOut()
  }

  /** A hold is over; called by itself. */
  forget(hold: Hold): void {
    const { older, newer, bytes } = hold
    if (older !== undefined) older.newer = newer
    if (newer !== undefined) newer.older = older
    else this.#newest = older
    hold.older = hold.newer = undefined
    this.#bytes -= bytes
    this.#count--
    this.#budget.changed(this, -bytes)
  }
}
