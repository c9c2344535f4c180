import type { Delivery, DeliveryEnd, DeliveryListener } from '../delivery/delivery.ts'
import type { Parcel } from '../delivery/parcel.ts'

/** Whose flight it is. */
export interface FlightOwner {
  waits(flight: Flight, waiting: boolean): void
  landed(flight: Flight, end: DeliveryEnd, reason: string): void
}

let last = 0

/** One event that a line has taken: it waits for its turn, or is under way. */
export class Flight implements DeliveryListener {
  readonly id = ++last
  readonly parcel: Parcel
  /** What it must keep order with; undefined: with nothing, since its line was not ordered when it came. */
  readonly key: string | undefined
  /** performance.now when it came. */
  readonly since = performance.now()
  delivery: Delivery | undefined
  /** Says that it is done, to where it came from; undefined once that has been said. */
  landing: (() => void) | undefined
  /** It waits for its next attempt: it has no connection, and leaves its place to another. */
  waiting = false
  /** It lies in the parking topic as well, or is on its way there. */
  moved = false
  /** It has ended; kept only until its copy comes by. */
  over = false
  readonly #owner: FlightOwner

  constructor(owner: FlightOwner, parcel: Parcel, key: string | undefined, landing: () => void) {
    this.#owner = owner
    this.parcel = parcel
    this.key = key
    this.landing = landing
  }

  waits(waiting: boolean): void {
    this.#owner.waits(this, waiting)
  }

  done(end: DeliveryEnd, reason: string): void {
    this.#owner.landed(this, end, reason)
  }
}
