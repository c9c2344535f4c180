/** Everything that one subscription is given: what is under way, what waits for its turn in memory, and what waits in the parking topic. */
import { Delivery, type Deliverer, type DeliveryEnd } from '../delivery/delivery.ts'
import type { Parcel } from '../delivery/parcel.ts'
import { attributes } from '../event-attributes.ts'
import type { Subscription } from '../table/subscription.ts'
import type { Budget } from './budget.ts'
import { Flight, type FlightOwner } from './flight.ts'
import type { Parking } from './parking.ts'

/** How much of one subscription may be under way, and may wait in memory. */
export const lineLimits = {
  window: 256,
  windowBytes: 8 * 1024 * 1024,
  /** Deliveries that wait for a retry, beside those that are being tried: a subscriber that is back gets what is new at once. */
  waiting: 4_096,
  queue: 1024,
  queueBytes: 4 * 1024 * 1024,
  /** Bytes that a delivery costs beside its event: a connection, mostly. */
  flightBytes: 12 * 1024,
  /** Milliseconds that an event may wait in memory while others of its topic could go on. */
  patienceMs: 1_000,
  /** Milliseconds after which a delivery no longer counts on its topic. */
  movedAfterMs: 2_000
} as const

export interface LineOptions {
  readonly deliverer: Deliverer
  readonly budget: Budget
  readonly parkingOf: (line: Line) => Parking
  /** Told how each event of the line ended. */
  readonly ended: (subscription: Subscription, parcel: Parcel, end: DeliveryEnd, reason: string) => void
}

export class Line implements FlightOwner {
  #subscription: Subscription
  readonly #options: LineOptions
  readonly #parking: Parking
  /** In order of arrival. */
  readonly #flights = new Set<Flight>()
  /** Those that ended before their copy in the parking topic came by. */
  readonly #unmet = new Map<number, Flight>()
  #queue: Flight[] = []
  #queueBytes = 0
  #bytes = 0
  #waiting = 0
  /** Of an ordered line: keys under way, and who waits for them. */
  readonly #keys = new Map<string, Flight[]>()
  #room: (() => void)[] = []
  #closed = false
  #removed = false
  /** performance.now when something last moved. */
  #movedAt = performance.now()

  constructor(subscription: Subscription, options: LineOptions) {
    this.#subscription = subscription
    this.#options = options
    this.#parking = options.parkingOf(this)
  }

  get subscription(): Subscription {
    return this.#subscription
  }

  /** From now on, for attempts of events that come. */
  set subscription(subscription: Subscription) {
    this.#subscription = subscription
  }

  get parking(): Parking {
    return this.#parking
  }

  /** Deliveries under way, those that wait for a retry included. */
  get underWay(): number {
    return this.#flights.size
  }

  /** Events that have not come to their turn. */
  get backlog(): number {
    return this.#queue.length + this.#parking.waiting
  }

  /** Events wait in memory. */
  get isBehind(): boolean {
    return this.#queue.length > 0
  }

  /** More waits in memory than should. */
  isFull(now: number): boolean {
    const [first] = this.#queue
    if (first === undefined) return false
    return this.#queue.length >= lineLimits.queue || this.#queueBytes >= lineLimits.queueBytes || now - first.since >= lineLimits.patienceMs
  }

  /** Takes an event; `done` is called once it is delivered, dead-lettered, dropped or parked. */
  offer(parcel: Parcel, done: () => void): void {
    if (this.#closed) {
      done()
      return
    }
    if (this.#parking.isInUse) {
      void this.#parking.park([parcel.stored]).then((parked) => this.#parked(parked, done))
      return
    }
    const flight = this.#flightOf(parcel, done)
    if (this.#queue.length === 0 && this.#hasRoom) this.#begin(flight)
    else this.#enqueue(flight)
  }

  /** What waits in memory goes to the parking topic. */
  park(): void {
    // What came from there is in its place already.
    const waiting = this.#queue.filter(({ moved }) => !moved)
    if (waiting.length === 0) return
    this.#queue = this.#queue.filter(({ moved }) => moved)
    this.#queueBytes = this.#queue.reduce((sum, { parcel }) => sum + parcel.size, 0)
    void this.#parking.park(waiting.map(({ parcel }) => parcel.stored)).then((parked) => {
      for (const { landing } of waiting) this.#parked(parked, landing)
    })
  }

  /** Deliveries that take long go on, but their topic need not wait for them. */
  moveOld(now: number): void {
    for (const flight of this.#flights) {
      if (now - flight.since < lineLimits.movedAfterMs) return
      if (flight.moved) continue
      flight.moved = true
      const { landing } = flight
      flight.landing = undefined
      void this.#parking.move(flight.parcel.stored, flight.id).then((parked) => this.#parked(parked, landing))
    }
  }

  /** An event that had been parked. Resolves when there is room for another; undefined: there is. */
  takeParked(parcel: Parcel, ack: () => void): Promise<void> | undefined {
    if (this.#closed) return undefined
    const flight = this.#flightOf(parcel, ack)
    // It is in the parking topic as it is.
    flight.moved = true
    if (this.#hasRoom) this.#begin(flight)
    else this.#enqueue(flight)
    if (this.#hasRoom) return undefined
    return new Promise((resolve) => {
      this.#room.push(resolve)
      this.#waitForBudget()
    })
  }

  /** The copy of a flight that was moved has come by. False: there is no such flight. */
  meet(id: number, ack: () => void): boolean {
    const over = this.#unmet.get(id)
    if (over !== undefined) {
      this.#unmet.delete(id)
      ack()
      return true
    }
    for (const flight of this.#flights) {
      if (flight.id !== id) continue
      flight.landing = ack
      return true
    }
    return false
  }

  /** Milliseconds for which events have been due and nothing has moved; 0 when that is not so. */
  stuckMs(now: number): number {
    const due = this.#queue.length > 0 || this.#parking.waiting > 0
    return due && this.#hasRoom ? now - this.#movedAt : 0
  }

  /** Gives everything up. What has not been acknowledged is delivered again when the subscription is there again. */
  async close(): Promise<void> {
    this.#closed = true
    for (const { delivery } of this.#flights) delivery?.abort()
    for (const flight of this.#flights) this.#gone(flight)
    this.#queue = []
    for (const resolve of this.#room.splice(0)) resolve()
    await this.#parking.close()
  }

  /** The subscription is gone for good: nothing waits for it. */
  async remove(): Promise<void> {
    this.#removed = true
    const waiting = [...this.#flights, ...this.#queue].map(({ landing }) => landing)
    await this.close()
    for (const done of waiting) done?.()
  }

  /** What is not parked, because this was closed meanwhile, is delivered again; but for a subscription that is gone nothing waits. */
  #parked(parked: boolean, done: (() => void) | undefined): void {
    if (parked || this.#removed) done?.()
  }

  get #hasRoom(): boolean {
    const { window, windowBytes, waiting } = lineLimits
    if (this.#flights.size === 0) return true
    const tried = this.#flights.size - this.#waiting
    return tried < window && this.#waiting < waiting && this.#bytes < windowBytes && !this.#options.budget.isSpent
  }

  #flightOf(parcel: Parcel, done: () => void): Flight {
    const key = this.#subscription.ordered ? (parcel.event.attributes.get(attributes.partitionKey) ?? '') : undefined
    return new Flight(this, parcel, key, done)
  }

  #enqueue(flight: Flight): void {
    this.#queue.push(flight)
    this.#queueBytes += flight.parcel.size
    this.#waitForBudget()
  }

  /** Where the others have taken all, what they give back is what is waited for: what is under way here may take hours. */
  #waitForBudget(): void {
    const { budget } = this.#options
    if (budget.isSpent && this.#queue.length + this.#room.length > 0) budget.wait(this.#fill)
  }

  /** Counts a flight as under way, and starts it unless one of its key is. */
  #begin(flight: Flight): void {
    this.#flights.add(flight)
    this.#bytes += flight.parcel.size
    this.#options.budget.take(flight.parcel.size + lineLimits.flightBytes)
    this.#movedAt = flight.since
    if (flight.key !== undefined) {
      const waiting = this.#keys.get(flight.key)
      if (waiting !== undefined) {
        waiting.push(flight)
        return
      }
      this.#keys.set(flight.key, [])
    }
    this.#start(flight)
  }

  #start(flight: Flight): void {
    flight.delivery = new Delivery(this.#options.deliverer, this.#subscription, flight.parcel, flight)
    flight.delivery.start()
  }

  landed(flight: Flight, end: DeliveryEnd, reason: string): void {
    this.#options.ended(flight.delivery?.subscription ?? this.#subscription, flight.parcel, end, reason)
    this.#gone(flight)
    flight.over = true
    this.#movedAt = performance.now()
    if (flight.landing !== undefined) flight.landing()
    else if (flight.moved) this.#unmet.set(flight.id, flight)
    if (flight.key !== undefined) this.#startNext(flight.key)
    this.#fill()
  }

  #startNext(key: string): void {
    const next = this.#keys.get(key)?.shift()
    if (next === undefined) this.#keys.delete(key)
    else this.#start(next)
  }

  waits(flight: Flight, waiting: boolean): void {
    flight.waiting = waiting
    this.#waiting += waiting ? 1 : -1
    if (!waiting) this.#options.budget.take(lineLimits.flightBytes)
    else {
      this.#options.budget.give(lineLimits.flightBytes)
      this.#fill()
    }
  }

  #gone(flight: Flight): void {
    if (!this.#flights.delete(flight)) return
    if (flight.waiting) this.waits(flight, false)
    this.#bytes -= flight.parcel.size
    this.#options.budget.give(flight.parcel.size + lineLimits.flightBytes)
  }

  /** Gives free places to those who wait. */
  readonly #fill = (): void => {
    while (this.#queue.length > 0 && this.#hasRoom) {
      const flight = this.#queue.shift() as Flight
      this.#queueBytes -= flight.parcel.size
      this.#begin(flight)
    }
    if (this.#hasRoom && this.#room.length > 0) for (const resolve of this.#room.splice(0)) resolve()
    this.#waitForBudget()
  }
}
