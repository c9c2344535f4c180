/** How the deliveries of one subscription fare. */
export interface DeliveryHealth {
  /** What the last attempt failed with; empty when it succeeded. */
  readonly lastError: string
  /** Since when no attempt has succeeded, in ms since 1970; 0 when the last one did. */
  readonly failingSince: number
}

const well: DeliveryHealth = { lastError: '', failingSince: 0 }

/** The last word about each subscription. */
export class DeliveryHealths {
  readonly #failing = new Map<string, DeliveryHealth>()

  of(uid: string): DeliveryHealth {
    return this.#failing.get(uid) ?? well
  }

  succeeded(uid: string): void {
    if (this.#failing.size > 0) this.#failing.delete(uid)
  }

  failed(uid: string, lastError: string): void {
    this.#failing.set(uid, { lastError, failingSince: this.#failing.get(uid)?.failingSince ?? Date.now() })
  }

  forget(uid: string): void {
    this.#failing.delete(uid)
  }
}
