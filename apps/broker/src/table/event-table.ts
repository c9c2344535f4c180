import type { Broker } from './broker.ts'
import type { Channel } from './channel.ts'
import type { JobSink } from './job-sink.ts'
import { Shelf, type ShelfOptions } from './shelf.ts'
import type { Subscription, Trigger } from './subscription.ts'

/** What an update of the table says of one kind of things: those that are new or changed, and the keys of those that are gone. */
export interface Edits<T> {
  readonly changed: readonly T[]
  readonly removed: readonly string[]
}

/** One update. A complete one names everything there is; it may come in parts, of which all but the last `continues`. */
export interface TableUpdate {
  readonly complete: boolean
  readonly first: boolean
  readonly continues: boolean
  readonly channels: Edits<Channel>
  readonly subscriptions: Edits<Subscription>
  readonly triggers: Edits<Trigger>
  readonly brokers: Edits<Broker>
  readonly jobSinks: Edits<JobSink>
}

/**
 * What there is to deliver, as the controllers say. It stays as it is while no controller is reached. What a complete table leaves out goes a little later: a
 * replica that has just started may not know it yet, and an event that comes meanwhile would be lost to it.
 */
export class EventTable {
  readonly channels: Shelf<Channel>
  readonly subscriptions: Shelf<Subscription>
  readonly triggers: Shelf<Trigger>
  readonly brokers: Shelf<Broker>
  readonly jobSinks: Shelf<JobSink>
  readonly #hosts = new Map<string, Channel>()
  readonly #completed = Promise.withResolvers<void>()
  #complete = false

  constructor(options: ShelfOptions) {
    this.channels = new Shelf(({ key }) => key, options)
    this.subscriptions = new Shelf(({ uid }) => uid, options)
    this.triggers = new Shelf(({ key }) => key, options)
    this.brokers = new Shelf(({ key }) => key, options)
    this.jobSinks = new Shelf(({ key }) => key, options)
    this.channels.onChange((before, after) => {
      if (before !== undefined && this.#hosts.get(before.host) === before) this.#hosts.delete(before.host)
      if (after !== undefined) this.#hosts.set(after.host, after)
    })
  }

  /** True once a complete table has been received. */
  get isComplete(): boolean {
    return this.#complete
  }

  /** Resolves then. */
  completed(): Promise<void> {
    return this.#completed.promise
  }

  /** The channel that takes requests for `host` (lower case, without port). */
  channelAt(host: string): Channel | undefined {
    return this.#hosts.get(host)
  }

  /** Applies one update at once. */
  apply(update: TableUpdate): void {
    // Channels first: subscriptions are for one that is there.
    this.channels.apply(update.channels, update)
    this.brokers.apply(update.brokers, update)
    this.triggers.apply(update.triggers, update)
    this.subscriptions.apply(update.subscriptions, update)
    this.jobSinks.apply(update.jobSinks, update)
    if (!update.complete || update.continues) return
    this.#complete = true
    this.#completed.resolve()
  }
}
