/** All channels of this role: a topic for each, and what takes its events to the subscriptions. */
import { ChannelError, type ChannelStore, type Topic } from '@knative-ts/messaging'
import type { Log } from '@knative-ts/telemetry/logger'
import type { Deliverer, DeliveryEnd } from '../delivery/delivery.ts'
import { Parcel } from '../delivery/parcel.ts'
import type { Taken } from '../ingress/intake.ts'
import type { Channel } from '../table/channel.ts'
import type { EventTable } from '../table/event-table.ts'
import type { Subscription } from '../table/subscription.ts'
import { Budget } from './budget.ts'
import { DeliveryHealths } from './delivery-health.ts'
import { type Line, lineLimits } from './line.ts'
import { OwnTopics } from './own-topics.ts'
import { Parking } from './parking.ts'
import { TopicDispatcher } from './topic-dispatcher.ts'

export interface DispatchOptions {
  readonly table: EventTable
  readonly store: ChannelStore
  readonly deliverer: Deliverer
  readonly ended: (subscription: Subscription, parcel: Parcel, end: DeliveryEnd, reason: string) => void
  /** Milliseconds after the first table after which topics of nobody are deleted. */
  readonly lingerMs: number
  readonly log: Log
  /** Bytes that events taken from topics may have in memory, and deliveries under way with their connections. */
  readonly heldBytes: number
  readonly flightBytes: number
}

interface Open {
  readonly channel: Channel
  readonly opening: Promise<TopicDispatcher | undefined>
  /** Resolves when it has been tried once to open it. */
  readonly tried: Promise<void>
  dispatcher: TopicDispatcher | undefined
  topic: Topic | undefined
}

const sweepMs = 25
/** Milliseconds for which due events may stand still before somebody is told. */
const stuckMs = 30_000

const taken: Taken = { status: 202, reason: '' }
const notOpen: Taken = { status: 503, reason: 'the channel is not open yet' }
const isTaken = (): Taken => taken

function isRefused(error: unknown): Taken {
  if (!(error instanceof ChannelError)) throw error
  return { status: error.code === 'invalid' ? 413 : 503, reason: error.message }
}

export class Dispatch {
  readonly health = new DeliveryHealths()
  readonly #options: DispatchOptions
  readonly #held: Budget
  readonly #flights: Budget
  /** By key. */
  readonly #open = new Map<string, Open>()
  readonly #topics: OwnTopics
  readonly #run = BigInt.asUintN(64, BigInt(Date.now()) * 1_000_000n + process.hrtime.bigint())
  #started: Promise<void> | undefined
  #timer: NodeJS.Timeout | undefined
  #closed = false

  constructor(options: DispatchOptions) {
    this.#options = options
    this.#topics = new OwnTopics(options.store, options.log)
    this.#held = new Budget(options.heldBytes)
    this.#flights = new Budget(options.flightBytes)
    const { channels, subscriptions } = options.table
    channels.onChange((before, after) => this.#channelChanged(before, after))
    subscriptions.onChange((before, after) => this.#subscriptionChanged(before, after))
  }

  /** Resolves when every channel of the table that has been applied takes events. */
  async settled(): Promise<void> {
    await Promise.all(Array.from(this.#open.values(), ({ opening }) => opening))
  }

  /** Begins to dispatch, once there is a table: events that came before it must not be matched against nothing. */
  start(): Promise<void> {
    this.#started ??= this.#begin()
    return this.#started
  }

  async #begin(): Promise<void> {
    const { table, lingerMs } = this.#options
    await this.#topics.look()
    await table.completed()
    if (this.#closed) return
    for (const channel of table.channels.values()) this.#openChannel(channel)
    this.#timer = setInterval(() => this.#sweep(), sweepMs)
    setTimeout(() => void this.#deleteOrphans(), lingerMs).unref()
  }

  /** Keeps an event for a channel. */
  keep(channel: string, key: string | undefined, stored: Uint8Array): Promise<Taken> {
    const open = this.#open.get(channel)
    if (open === undefined) return Promise.resolve({ status: 404, reason: 'there is no such channel' })
    const trouble = this.#options.store.trouble()
    if (trouble !== undefined) return Promise.resolve({ status: 503, reason: trouble })
    const message = key === undefined ? { body: stored } : { key, body: stored }
    if (open.topic !== undefined) return open.topic.publish([message]).then(isTaken, isRefused)
    return open.tried.then(() => (open.topic === undefined ? notOpen : open.topic.publish([message]).then(isTaken, isRefused)))
  }

  /** What events taken from channels have in memory, and deliveries under way with their connections, in bytes. */
  get memory(): { readonly held: number; readonly flights: number } {
    return { held: this.#held.used, flights: this.#flights.used }
  }

  /** The lines of all subscriptions. */
  *lines(): IterableIterator<Line> {
    for (const { dispatcher } of this.#open.values()) if (dispatcher !== undefined) yield* dispatcher.lines
  }

  /** Which subscriptions have events that are due and do not move, in words; empty: none. */
  stuck(now: number): readonly { readonly uid: string; readonly text: string }[] {
    const found: { uid: string; text: string }[] = []
    for (const { channel, dispatcher } of this.#open.values()) {
      if (dispatcher === undefined) continue
      const forMs = dispatcher.stuckMs(now)
      if (forMs > stuckMs) found.push({ uid: '', text: `events of channel ${channel.key} have not moved for ${seconds(forMs)}` })
      for (const line of dispatcher.lines) {
        const lineMs = line.stuckMs(now)
        const { uid, key } = line.subscription
        if (lineMs > stuckMs) found.push({ uid, text: `events for subscription ${key} have not moved for ${seconds(lineMs)}` })
      }
    }
    return found
  }

  /** Takes no more events; what is under way goes on. */
  pause(): void {
    for (const { dispatcher } of this.#open.values()) void dispatcher?.pause()
  }

  async close(): Promise<void> {
    this.#closed = true
    clearInterval(this.#timer)
    await Promise.all(Array.from(this.#open.values(), async ({ opening }) => (await opening)?.close()))
    await this.#topics.close()
  }

  #sweep(): void {
    const now = performance.now()
    for (const { dispatcher } of this.#open.values()) dispatcher?.sweep(now)
  }

  // ---- what the table says

  #channelChanged(before: Channel | undefined, after: Channel | undefined): void {
    if (!this.#options.table.isComplete || this.#timer === undefined) return
    if (before !== undefined && before.uid !== after?.uid) this.#dropChannel(before)
    if (after !== undefined && before?.uid !== after.uid) this.#openChannel(after)
  }

  #subscriptionChanged(before: Subscription | undefined, after: Subscription | undefined): void {
    if (before !== undefined && after?.channel !== before.channel) this.#dropSubscription(before)
    if (after !== undefined) this.#open.get(after.channel)?.dispatcher?.put(after)
  }

  #openChannel(channel: Channel): void {
    if (this.#open.has(channel.key) || this.#closed) return
    const tried = Promise.withResolvers<void>()
    const open: Open = { channel, opening: Promise.resolve(undefined), tried: tried.promise, dispatcher: undefined, topic: undefined }
    this.#open.set(channel.key, Object.assign(open, { opening: this.#begun(open, tried.resolve).finally(tried.resolve) }))
  }

  async #begun(open: Open, tried: () => void): Promise<TopicDispatcher | undefined> {
    const { table, log } = this.#options
    while (!this.#closed && this.#isCurrent(open)) {
      let dispatcher: TopicDispatcher | undefined
      try {
        const topic = await this.#topics.open(open.channel.uid)
        dispatcher = this.#dispatcherOf(topic, open.channel)
        for (const subscription of table.subscriptions.values()) {
          if (subscription.channel === open.channel.key) dispatcher.put(subscription)
        }
        open.topic = topic
        open.dispatcher = dispatcher
        await dispatcher.start()
        return dispatcher
      } catch (error) {
        tried()
        // The next one has lines of its own, which take what is parked.
        open.dispatcher = undefined
        await dispatcher?.close()
        if (this.#closed) return undefined
        log.error(
          { error, channel: open.channel.key },
          `cannot open channel ${open.channel.key}: ${(error as Error).message}; trying again`
        )
        await new Promise((resolve) => setTimeout(resolve, 1_000))
      }
    }
    return undefined
  }

  #isCurrent({ channel }: Open): boolean {
    return this.#options.table.channels.get(channel.key)?.uid === channel.uid
  }

  #dispatcherOf(topic: Topic, channel: Channel): TopicDispatcher {
    const { deliverer, ended, log } = this.#options
    return new TopicDispatcher({
      topic,
      held: this.#held,
      budget: this.#flights,
      deliverer,
      ended,
      parkingOf: (line) => this.#parkingOf(channel, line),
      unreadable: (offset, error) =>
        log.error({ channel: channel.key, offset, error }, 'what lies in the channel is no event; it is left out')
    })
  }

  #parkingOf(channel: Channel, line: Line): Parking {
    const { log } = this.#options
    const { uid, key } = line.subscription
    const name = parkingName(channel.uid, uid)
    let told = 0
    return new Parking(
      {
        openTopic: () => this.#topics.open(name),
        exists: this.#topics.wasLeft(name),
        window: lineLimits.window,
        take: (stored, ack) => {
          const parcel = this.#parcelOf(stored, key)
          if (parcel !== undefined) return line.takeParked(parcel, ack)
          ack()
          return undefined
        },
        meet: (flight, ack) => line.meet(flight, ack),
        failed: (error) => {
          if (performance.now() - told < 10_000) return
          told = performance.now()
          log.error({ error, subscription: key }, `events for subscription ${key} cannot be parked: ${error.message}; trying again`)
        }
      },
      this.#run
    )
  }

  /** What was parked; undefined, and said, when it is no event: it would be met again for ever. */
  #parcelOf(stored: Uint8Array, subscription: string): Parcel | undefined {
    try {
      return new Parcel(stored)
    } catch (error) {
      this.#options.log.error({ subscription, error }, 'what was parked for the subscription is no event; it is left out')
      return undefined
    }
  }

  #dropSubscription({ uid, channel }: Subscription): void {
    this.health.forget(uid)
    const open = this.#open.get(channel)
    if (open !== undefined) void this.#topics.delete(parkingName(open.channel.uid, uid), open.dispatcher?.remove(uid))
  }

  #dropChannel(channel: Channel): void {
    const { key, uid } = channel
    const open = this.#open.get(key)
    if (open?.channel.uid !== uid) return
    this.#open.delete(key)
    const lines = [...(open.dispatcher?.lines ?? [])]
    const closed = open.opening.then((dispatcher) => dispatcher?.close())
    // Those too that are only being made.
    for (const name of [uid, ...lines.map(({ subscription }) => parkingName(uid, subscription.uid))]) void this.#topics.delete(name, closed)
    void closed.then(async () => {
      for (const name of await this.#topics.names()) {
        if (name.startsWith(`${uid}.`) && this.#open.get(key)?.channel.uid !== uid) void this.#topics.delete(name)
      }
    })
  }

  /** What belongs to channels and subscriptions that went while this role was away. */
  async #deleteOrphans(): Promise<void> {
    if (this.#closed) return
    const { channels, subscriptions } = this.#options.table
    const known = new Set(Array.from(channels.values(), ({ uid }) => uid))
    for (const name of await this.#topics.names()) {
      const [channel = '', subscription] = name.split('.', 2)
      // Looked at once more: while another one was being deleted the channel of this one may have come.
      const hasChannel = known.has(channel) || Array.from(channels.values()).some(({ uid }) => uid === channel)
      const isKnown = hasChannel && (subscription === undefined || subscriptions.get(subscription) !== undefined)
      if (!isKnown) await this.#topics.delete(name)
    }
  }
}

const parkingName = (channel: string, subscription: string): string => `${channel}.${subscription}`

const seconds = (ms: number): string => `${Math.round(ms / 1000)} s`
