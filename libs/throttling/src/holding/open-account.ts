import type { OpenLimit } from './open-limit.ts'

/** The open requests of one revision under a limit that it shares. Made by `OpenLimit.account`. */
export class OpenAccount {
  readonly #limit: OpenLimit
  #open = 0

  constructor(limit: OpenLimit) {
    this.#limit = limit
  }

  /** Requests open now. */
  get open(): number {
    return this.#open
  }

  /** One more; false when it must be refused. */
  take(): boolean {
    if (!this.#limit.take(this.#open)) return false
    this.#open++
    return true
  }

  /** One is over. Throws when none is open: it was given back twice. */
  give(): void {
    if (this.#open === 0) throw new Error('open requests: given back more often than taken')
    this.#open--
    this.#limit.give()
  }
}
