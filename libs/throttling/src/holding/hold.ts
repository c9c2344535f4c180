import type { HoldAccount } from './hold-account.ts'

/** One held request on its account; the newest of an account leads to the others. */
export class Hold {
  readonly bytes: number
  /** Neighbours by age; they are the account's. */
  older: Hold | undefined
  newer: Hold | undefined
  readonly #account: HoldAccount
  readonly #pushOut: () => void
  #over = false

  /** Made by `HoldAccount.take`. */
  constructor(account: HoldAccount, bytes: number, pushOut: () => void) {
    this.#account = account
    this.bytes = bytes
    this.#pushOut = pushOut
  }

  /** Gives the bytes back: the request waits no more. Again, or after it was pushed out, it does nothing. */
  release(): void {
    if (this.#over) return
    this.#over = true
    this.#account.forget(this)
  }

  /** Gives the bytes back and tells the request that its wait is over. */
  pushOut(): void {
    this.release()
    this.#pushOut()
  }
}
