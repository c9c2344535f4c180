/** Gives the events of one channel to its subscriptions. An event is acknowledged when each of them has it delivered, dead-lettered or parked. */
import { FilterIndex } from '@knative-ts/eventing'
import type { Consumer, Delivery, Topic } from '@knative-ts/messaging'
import { Parcel } from '../delivery/parcel.ts'
import type { Subscription } from '../table/subscription.ts'
import type { Budget } from './budget.ts'
import { Line, type LineOptions } from './line.ts'

/** The one consumer of a topic. */
const consumerName = 'dispatch'

/** Events of a topic that may be out at a time, and how many are taken at once: what is taken is matched in one turn of the event loop. */
const topicLimits = { inFlight: 2_048, inFlightBytes: 16 * 1024 * 1024, batch: 64 } as const

export interface TopicDispatcherOptions extends LineOptions {
  readonly topic: Topic
  /** What all topics may have in memory. */
  readonly held: Budget
  /** Told of what lies in the topic and is no event. */
  readonly unreadable: (offset: number, error: Error) => void
}

export class TopicDispatcher {
  readonly #options: TopicDispatcherOptions
  readonly #lines = new Map<string, Line>()
  readonly #triggers = new FilterIndex<Line>()
  /** Those without a filter. */
  readonly #plain = new Map<string, Line>()
  #consumer: Consumer | undefined
  #running: Promise<void> | undefined
  #closed = false
  /** Taken and not acknowledged. */
  #out = 0
  /** Bytes of those. */
  #outBytes = 0
  #acked: (() => void) | undefined
  readonly #goOn = (): void => this.#acked?.()
  #movedAt = performance.now()
  /** When it was first seen that something is due and nothing is out. */
  #dueAt: number | undefined

  constructor(options: TopicDispatcherOptions) {
    this.#options = options
  }

  get topic(): Topic {
    return this.#options.topic
  }

  get lines(): IterableIterator<Line> {
    return this.#lines.values()
  }

  /** A subscription is there, or has changed; it is given what is taken from now on. */
  put(subscription: Subscription): void {
    const { uid, trigger } = subscription
    let line = this.#lines.get(uid)
    if (line === undefined) {
      line = new Line(subscription, this.#options)
      this.#lines.set(uid, line)
      void line.parking.start()
    } else line.subscription = subscription
    if (trigger === undefined) {
      this.#triggers.delete(uid)
      this.#plain.set(uid, line)
    } else {
      this.#plain.delete(uid)
      this.#triggers.set(uid, trigger.filter, line)
    }
  }

  /** A subscription is gone for good; resolves when nothing of it is under way. */
  async remove(uid: string): Promise<void> {
    const line = this.#lines.get(uid)
    this.#lines.delete(uid)
    this.#plain.delete(uid)
    this.#triggers.delete(uid)
    await line?.remove()
  }

  /** Begins to take events; resolves when the first may come. */
  async start(): Promise<void> {
    const { inFlight: maxInFlight, inFlightBytes: maxInFlightBytes } = topicLimits
    this.#consumer = await this.#options.topic.consume(consumerName, { maxInFlight, maxInFlightBytes })
    this.#running = this.#run(this.#consumer)
  }

  /** Takes nothing more. */
  async pause(): Promise<void> {
    this.#closed = true
    this.#acked?.()
  }

  async close(): Promise<void> {
    this.#closed = true
    this.#acked?.()
    await Promise.all([...this.#lines.values()].map((line) => line.close()))
    await this.#consumer?.close()
    await this.#running
    // What is not done by now never will be, and the others need the room.
    this.#options.held.give(this.#outBytes)
    this.#outBytes = 0
  }

  /** Called a few times a second: who is slow makes room for the others. */
  sweep(now: number): void {
    if (this.#out === 0) return
    const lines = [...this.#lines.values()]
    // Where everybody is behind there is nobody to make room for: what waits is best off in the channel.
    if (lines.every((line) => line.isBehind)) return
    const isHeldUp = this.#options.held.isSpent || this.#out >= topicLimits.inFlight * 0.8
    for (const line of lines) {
      line.moveOld(now)
      if (line.isBehind && (isHeldUp || line.isFull(now))) line.park()
    }
  }

  /** Milliseconds for which events have been due and none was taken; 0 when that is not so. */
  stuckMs(now: number): number {
    const isDue = this.#out === 0 && this.#consumer !== undefined && this.#lag > 0
    this.#dueAt = isDue ? (this.#dueAt ?? now) : undefined
    // What has just come after an hour without an event has not been due for an hour.
    return this.#dueAt === undefined ? 0 : now - Math.max(this.#movedAt, this.#dueAt)
  }

  get #lag(): number {
    return this.#options.topic.stats().consumers.get(consumerName)?.lag ?? 0
  }

  async #run(consumer: Consumer): Promise<void> {
    const { held } = this.#options
    while (!this.#closed) {
      if (held.isSpent && this.#out > 0) {
        await new Promise<void>((resolve) => {
          this.#acked = resolve
          held.wait(this.#goOn)
        })
        continue
      }
      const deliveries = await consumer.pull(topicLimits.batch)
      if (deliveries.length === 0) return
      // Behind the answers to those who published them, and what else has come meanwhile: a commit may bring hundreds, and to send them all in one turn would hold up the next commit.
      await nextTurn()
      // What is not given to anybody now is delivered again.
      if (this.#closed) return
      this.#movedAt = performance.now()
      for (const delivery of deliveries) this.#dispatch(delivery)
    }
  }

  #dispatch(delivery: Delivery): void {
    const { held, unreadable } = this.#options
    let parcel: Parcel
    try {
      parcel = new Parcel(delivery.body)
    } catch (error) {
      unreadable(delivery.offset, error as Error)
      delivery.ack()
      return
    }
    const matching = this.#triggers.match(parcel.event)
    let left = matching.length + this.#plain.size
    if (left === 0) {
      delivery.ack()
      return
    }
    const size = delivery.body.length
    this.#out++
    this.#outBytes += size
    held.take(size)
    const done = (): void => {
      if (--left > 0) return
      this.#out--
      this.#give(size)
      this.#movedAt = performance.now()
      delivery.ack()
      const acked = this.#acked
      this.#acked = undefined
      acked?.()
    }
    for (const line of matching) line.offer(parcel, done)
    for (const line of this.#plain.values()) line.offer(parcel, done)
  }

  /** Nothing once it was closed, which gives back all. */
  #give(size: number): void {
    const given = Math.min(size, this.#outBytes)
    this.#outBytes -= given
    this.#options.held.give(given)
  }
}

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
