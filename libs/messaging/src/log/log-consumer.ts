import type { ConsumeOptions, Consumer } from '../channel-store.ts'
import type { Clock } from './clock.ts'
import type { ConsumerPosition } from './consumer-position.ts'
import { DelayQueue } from './delay-queue.ts'
import type { Disk } from './disk.ts'
import { LogDelivery, type Receipts } from './log-delivery.ts'
import type { FoundRecord } from './records.ts'
import { Redeliveries } from './redeliveries.ts'
import { SegmentReader } from './segment-reader.ts'
import type { Segment } from './segment.ts'
import type { Segments } from './segments.ts'

/** What is read ahead of the receiver, in bytes; a commit that is larger is kept whole. */
const aheadBytes = 256 << 10
/** So many redeliveries are read ahead. */
const aheadRedeliveries = 64
const retryReadMs = 1000

/** Where a consumer reads, and who hears of it. */
export interface ConsumerSource {
  readonly disk: Disk
  readonly segments: Segments
  readonly clock: Clock
  /** The position is another. Called for every acknowledgement. */
  readonly onChanged: () => void
  /** Messages from offset `from` to before `to` are damaged. */
  readonly onLost: (from: number, to: number, segment: Segment) => void
  readonly onWarning: (message: string) => void
  readonly onClose: () => void
}

interface Waiter {
  readonly max: number
  readonly resolve: (deliveries: readonly LogDelivery[]) => void
}

/** A consumer of a log topic. */
export class LogConsumer implements Consumer, Receipts {
  readonly name: string
  readonly #source: ConsumerSource
  readonly #position: ConsumerPosition
  readonly #maxInFlight: number
  readonly #maxBytes: number
  readonly #reader: SegmentReader
  readonly #redeliveries: Redeliveries
  readonly #delays: DelayQueue<number>
  readonly #waiters: Waiter[] = []
  // Read and not delivered, in order.
  #fresh: FoundRecord[] = []
  #freshBytes = 0
  // Offsets whose retry is due, and those of them that were read.
  readonly #due: Set<number>
  #redelivered: FoundRecord[] = []
  // Delivered and neither acknowledged nor returned.
  #out = 0
  #outBytes = 0
  #loading: Promise<void> | undefined
  #wake: () => void = () => undefined
  #closed = false
  #closing: Promise<void> | undefined

  constructor(name: string, source: ConsumerSource, position: ConsumerPosition, options: ConsumeOptions) {
    this.name = name
    this.#source = source
    this.#position = position
    this.#maxInFlight = Math.max(1, options.maxInFlight ?? 1000)
    this.#maxBytes = options.maxInFlightBytes ?? 16 << 20
    const { disk, segments, clock, onLost } = source
    const take = (record: FoundRecord) => {
      this.#fresh.push(record)
      this.#freshBytes += record.length
    }
    this.#reader = new SegmentReader({ disk, segments }, position.next, take, onLost)
    this.#redeliveries = new Redeliveries(disk, segments, position)
    this.#delays = new DelayQueue(clock, (offsets) => {
      for (const offset of offsets) this.#due.add(offset)
      this.#serve()
    })
    this.#due = new Set(position.held.keys())
  }

  pull(max: number): Promise<readonly LogDelivery[]> {
    if (this.#closed) return Promise.resolve([])
    return new Promise((resolve) => {
      this.#waiters.push({ max: Math.max(1, max), resolve })
      this.#serve()
    })
  }

  close(): Promise<void> {
    return (this.#closing ??= this.#close())
  }

  async #close(): Promise<void> {
    this.#closed = true
    this.#delays.clear()
    for (const { resolve } of this.#waiters.splice(0)) resolve([])
    this.#wake()
    await this.#loading
    this.#fresh = []
    this.#redelivered = []
    this.#source.onClose()
  }

  /** Frames of the topic have become durable. */
  offer(segment: Segment, at: number, bytes: Buffer, start: number, end: number): void {
    if (this.#freshBytes < aheadBytes) this.#reader.offer(segment, at, bytes, start, end)
    this.#serve()
  }

  /** The topic begins at `offset` now: what was before it is not delivered any more. */
  skipTo(offset: number): void {
    this.#fresh = this.#fresh.filter((record) => record.offset >= offset)
    this.#freshBytes = this.#fresh.reduce((sum, { length }) => sum + length, 0)
    if (this.#reader.offset < offset) this.#reader.skipTo(offset)
    this.#serve()
  }

  acknowledged(delivery: LogDelivery): void {
    if (this.#closed) return
    this.#leave(delivery)
    this.#position.held.delete(delivery.offset)
    this.#source.onChanged()
    if (this.#waiters.length > 0) this.#serve()
  }

  returned(delivery: LogDelivery, delayMs: number): void {
    if (this.#closed) return
    this.#leave(delivery)
    const { offset, attempt } = delivery
    if (!this.#position.held.has(offset)) return
    const { segment, at, length, key, time } = delivery.place
    // Without the body: what waits for an hour must not take memory for an hour.
    this.#position.held.set(offset, { attempt, place: { segment, at, length, key, time } })
    this.#source.onChanged()
    if (delayMs > 0) this.#delays.add(delayMs, offset)
    else this.#due.add(offset)
    this.#serve()
  }

  #leave({ body }: LogDelivery): void {
    this.#out--
    this.#outBytes -= body.length
  }

  #serve(): void {
    for (let waiter = this.#waiters[0]; waiter !== undefined; waiter = this.#waiters[0]) {
      const batch = this.#batch(waiter.max)
      if (batch.length === 0) break
      this.#waiters.shift()
      waiter.resolve(batch)
    }
    if (this.#waiters.length > 0) this.#load()
  }

  #batch(max: number): LogDelivery[] {
    const batch: LogDelivery[] = []
    let fresh = 0
    let again = 0
    while (batch.length < max && this.#out < this.#maxInFlight && (this.#out === 0 || this.#outBytes < this.#maxBytes)) {
      const redelivery = this.#redelivered[again]
      const record = redelivery ?? (this.#position.held.size < this.#maxInFlight ? this.#fresh[fresh] : undefined)
      if (record === undefined) break
      if (redelivery === undefined) fresh++
      else again++
      const held = this.#position.held.get(record.offset)
      // A limit has removed it meanwhile.
      if (redelivery !== undefined && held === undefined) continue
      batch.push(this.#deliver(record, (held?.attempt ?? 0) + 1))
    }
    if (again > 0) this.#redelivered.splice(0, again)
    if (fresh > 0) for (const { length } of this.#fresh.splice(0, fresh)) this.#freshBytes -= length
    return batch
  }

  #deliver(record: FoundRecord, attempt: number): LogDelivery {
    const delivery = new LogDelivery(record, attempt, this)
    this.#position.held.set(record.offset, delivery)
    this.#position.next = Math.max(this.#position.next, record.offset + 1)
    this.#out++
    this.#outBytes += record.length
    this.#source.onChanged()
    return delivery
  }

  /** Reads what can be delivered next, unless that is under way. */
  #load(): void {
    if (this.#loading !== undefined || this.#closed || this.#out >= this.#maxInFlight) return
    if (this.#out > 0 && this.#outBytes >= this.#maxBytes) return
    const again = this.#due.size > 0 && this.#redelivered.length < aheadRedeliveries
    const fresh = this.#fresh.length === 0 && this.#position.held.size < this.#maxInFlight && !this.#reader.isAtEnd
    if (!again && !fresh) return
    const work = again ? this.#loadRedeliveries() : this.#reader.read()
    this.#loading = work
      .catch((error: unknown) => this.#wait(error))
      .then(() => {
        this.#loading = undefined
        this.#serve()
      })
  }

  async #loadRedeliveries(): Promise<void> {
    const { found, gone } = await this.#redeliveries.read(firstOf(this.#due, aheadRedeliveries))
    for (const { offset } of found) this.#due.delete(offset)
    this.#redelivered.push(...found)
    for (const offset of gone) {
      this.#due.delete(offset)
      this.#position.held.delete(offset)
    }
  }

  /** A disk that cannot be read may be read later; nothing is given up for it. */
  async #wait(error: unknown): Promise<void> {
    this.#source.onWarning(`consumer ${this.name} cannot read (${String(error)}): it tries again every second; check the disk`)
    if (this.#closed) return
    await new Promise<void>((resolve) => {
      const cancel = this.#source.clock.after(retryReadMs, resolve)
      this.#wake = () => {
        cancel()
        resolve()
      }
    })
  }
}

function firstOf(values: Iterable<number>, count: number): number[] {
  const first: number[] = []
  for (const value of values) {
    if (first.length === count) break
    first.push(value)
  }
  return first
}
