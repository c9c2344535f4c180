import type { Delivery } from '../channel-store.ts'
import type { Held } from './consumer-position.ts'
import type { FoundRecord } from './records.ts'

/** Who hears what became of a delivery. */
export interface Receipts {
  acknowledged(delivery: LogDelivery): void
  returned(delivery: LogDelivery, delayMs: number): void
}

/** A message on its way. */
export class LogDelivery implements Delivery, Held {
  readonly attempt: number
  readonly place: FoundRecord
  readonly #receipts: Receipts
  #settled = false

  constructor(place: FoundRecord, attempt: number, receipts: Receipts) {
    this.place = place
    this.attempt = attempt
    this.#receipts = receipts
  }

  get offset(): number {
    return this.place.offset
  }

  get key(): string | undefined {
    return this.place.key
  }

  get body(): Buffer {
    return this.place.body
  }

  get time(): number {
    return this.place.time
  }

  ack(): void {
    if (this.#settled) return
    this.#settled = true
    this.#receipts.acknowledged(this)
  }

  retry(delayMs: number): void {
    if (this.#settled) return
    this.#settled = true
    this.#receipts.returned(this, delayMs)
  }
}
