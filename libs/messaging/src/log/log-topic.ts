import { ChannelError } from '../channel-error.ts'
import type { ConsumeOptions, Consumer, Message, Topic, TopicOptions, TopicStats } from '../channel-store.ts'
import type { Clock } from './clock.ts'
import type { Committed } from './commit.ts'
import type { Committer } from './committer.ts'
import type { Disk } from './disk.ts'
import { recordSize } from './frame.ts'
import type { Positions } from './positions.ts'
import { Publication } from './publication.ts'
import { type Removal, removalOf } from './retention.ts'
import type { Segment } from './segment.ts'
import type { Segments } from './segments.ts'
import { TopicConsumers } from './topic-consumers.ts'
import type { Trouble } from './trouble.ts'

const maxKeyBytes = 1024
/** Of one call of publish. */
const maxBytes = 256 << 20

/** A publication that has so many bytes takes no more: about what a commit takes of a topic. */
const publicationBytes = 1 << 20

/** What the topics of a store have in common. */
export interface Works {
  readonly disk: Disk
  readonly clock: Clock
  readonly committer: Committer
  readonly positions: Positions
  readonly trouble: Trouble
  readonly onWarning: (message: string) => void
}

/** A topic of the log. */
export class LogTopic implements Topic, Committed {
  readonly name: string
  readonly id: number
  readonly segments: Segments
  readonly #works: Works
  readonly #consumers: TopicConsumers
  #options: TopicOptions = {}
  #pending: Publication[] = []
  #lastTime: number
  #publishedSinceLook = false
  #lost: number
  #gone: ChannelError | undefined

  /** `lost`: messages that were found damaged when it was opened. */
  constructor({ name, id, segments, lost }: { name: string; id: number; segments: Segments; lost: number }, works: Works) {
    this.name = name
    this.id = id
    this.segments = segments
    this.#works = works
    this.#lost = lost
    this.#lastTime = segments.list.at(-1)?.lastTime ?? 0
    this.#consumers = new TopicConsumers({ topic: this, works, onLost: (count) => (this.#lost += count) })
    // Positions beyond the end: the end was lost. What comes now must not pass for acknowledged.
    for (const { next } of this.#consumers.positions) this.segments.skipTo(next)
  }

  /** Takes other options. */
  configure(options: TopicOptions): void {
    this.#options = options
  }

  publish(messages: readonly Message[]): Promise<void> {
    if (this.#gone !== undefined) return Promise.reject(this.#gone)
    const { trouble, committer } = this.#works
    if (trouble.error !== undefined) return Promise.reject(trouble.error)
    let size = 0
    for (const message of messages) {
      if (message.key !== undefined && message.key.length * 3 > maxKeyBytes && Buffer.byteLength(message.key) > maxKeyBytes)
        return Promise.reject(
          new ChannelError('invalid', `the key of a message for topic ${this.name} has more than ${maxKeyBytes} bytes: shorten it`)
        )
      size += recordSize(message)
    }
    if (size > maxBytes)
      return Promise.reject(
        new ChannelError('invalid', `messages of ${size} bytes for topic ${this.name} are more than ${maxBytes}: publish fewer at once`)
      )
    if (messages.length === 0) return Promise.resolve()
    const publication = this.#open()
    publication.add(messages, size)
    committer.submit(this)
    return publication.settled
  }

  /** The publication that takes more. */
  #open(): Publication {
    const last = this.#pending.at(-1)
    if (last !== undefined && last.size < publicationBytes) return last
    const fresh = new Publication()
    this.#pending.push(fresh)
    return fresh
  }

  consume(name: string, options: ConsumeOptions = {}): Promise<Consumer> {
    return this.#gone === undefined ? this.#consumers.open(name, options) : Promise.reject(this.#gone)
  }

  deleteConsumer(name: string): Promise<void> {
    return this.#consumers.remove(name)
  }

  stats(): TopicStats {
    const { first, next, bytes } = this.segments
    return { first, next, bytes, lost: this.#lost, consumers: this.#consumers.stats(next) }
  }

  take(bytes: number): Publication[] {
    let size = 0
    let count = 0
    while (count < this.#pending.length && (count === 0 || size < bytes)) size += (this.#pending[count++] as Publication).size
    if (count < this.#pending.length) return this.#pending.splice(0, count)
    const all = this.#pending
    this.#pending = []
    return all
  }

  get hasPending(): boolean {
    return this.#pending.length > 0
  }

  stamp(): number {
    this.#lastTime = Math.max(this.#lastTime, this.#works.clock.now())
    return this.#lastTime
  }

  committed(segment: Segment, at: number, bytes: Buffer, start: number, end: number): void {
    this.#publishedSinceLook = true
    this.#consumers.offer(segment, at, bytes, start, end)
  }

  /** Removes what is to go by now. Rejects with the system's error. */
  async retain(): Promise<void> {
    if (this.#gone !== undefined) return
    const isIdle = !this.#publishedSinceLook
    this.#publishedSinceLook = false
    if (this.#removal(isIdle).roll) await this.#works.committer.between(() => this.#roll(isIdle))
    // Looked at anew for each: while a segment was being removed a consumer may have come, who has acknowledged nothing of the next one.
    while (this.#removal(isIdle).segments > 0) {
      const removing = this.segments.dropFirst()
      // Before its file is gone: a consumer that finds that out by itself would not count what it lost.
      const given = this.#consumers.skipTo(this.segments.first)
      this.#lost += given
      if (given > 0)
        this.#works.onWarning(`topic ${this.name} is beyond its limit: ${given} messages were removed that a consumer had not acknowledged`)
      await removing
    }
  }

  /** While it waited for its turn the topic may have been deleted, or its last segment become full. */
  async #roll(isIdle: boolean): Promise<void> {
    if (this.#gone === undefined && this.#removal(isIdle).roll) await this.segments.roll()
  }

  #removal(isIdle: boolean): Removal {
    const { list, bytes } = this.segments
    const positions = this.#consumers.positions
    return removalOf({ segments: list, bytes, positions, options: this.#options, isIdle, now: this.#works.clock.now() })
  }

  /** Refuses all further use with `error`. What is being published goes on. */
  refuse(error: ChannelError): void {
    this.#gone ??= error
  }

  /** Refuses what waits to be published, and closes the consumers. */
  async end(error: ChannelError): Promise<void> {
    this.refuse(error)
    for (const { reject } of this.take(Number.POSITIVE_INFINITY)) reject(error)
    await this.#consumers.close(error)
  }

  /** Forgets positions, when the topic is being deleted. */
  forget(): void {
    this.#consumers.forget()
  }
}
