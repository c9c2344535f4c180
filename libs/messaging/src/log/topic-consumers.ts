import { ChannelError } from '../channel-error.ts'
import type { ConsumeOptions, ConsumerStats } from '../channel-store.ts'
import { ConsumerPosition } from './consumer-position.ts'
import { LogConsumer } from './log-consumer.ts'
import type { LogTopic, Works } from './log-topic.ts'
import { offsetAt } from './offset-at.ts'
import type { Tracked } from './positions.ts'
import type { Segment } from './segment.ts'

interface Entry {
  readonly tracked: Tracked
  open: LogConsumer | undefined
}

/** The consumers of one topic, open or not. */
export class TopicConsumers {
  readonly #topic: LogTopic
  readonly #works: Works
  readonly #onLost: (count: number) => void
  readonly #entries = new Map<string, Entry>()
  readonly #opening = new Set<string>()
  // Where damage was met: several consumers meet the same.
  readonly #damaged = new Set<number>()
  #ended: ChannelError | undefined

  constructor({ topic, works, onLost }: { topic: LogTopic; works: Works; onLost: (count: number) => void }) {
    this.#topic = topic
    this.#works = works
    this.#onLost = onLost
    for (const [name, saved] of works.positions.of(topic.id)) this.#add(name, new ConsumerPosition(saved))
  }

  get positions(): ConsumerPosition[] {
    return [...this.#entries.values()].map(({ tracked }) => tracked.position)
  }

  async open(name: string, options: ConsumeOptions): Promise<LogConsumer> {
    if (this.#opening.has(name) || this.#entries.get(name)?.open !== undefined)
      throw new ChannelError('busy', `consumer ${name} of topic ${this.#topic.name} is open already: close it first`)
    this.#opening.add(name)
    try {
      const entry = this.#entries.get(name) ?? (await this.#make(name, options))
      // While its position was being written down everybody may have been closed, or this one deleted: it would wait for ever.
      this.#assertOpen()
      if (this.#entries.get(name) !== entry) throw new ChannelError('deleted', `consumer ${name} of topic ${this.#topic.name} was deleted`)
      const { tracked } = entry
      tracked.position.skipTo(this.#topic.segments.first)
      const consumer = new LogConsumer(name, this.#sourceOf(entry), tracked.position, options)
      entry.open = consumer
      return consumer
    } finally {
      this.#opening.delete(name)
    }
  }

  async remove(name: string): Promise<void> {
    const entry = this.#entries.get(name)
    if (entry === undefined) return
    // All at once: who opens it from now on has a new one, whose position is written behind the end of this one's.
    this.#entries.delete(name)
    await Promise.all([this.#works.positions.remove(entry.tracked), entry.open?.close()])
  }

  stats(next: number): ReadonlyMap<string, ConsumerStats> {
    return new Map(
      [...this.#entries].map(([name, { tracked }]) => {
        const { floor, held } = tracked.position
        return [name, { acknowledged: floor, inFlight: held.size, lag: tracked.position.lag(next) }]
      })
    )
  }

  /** Frames of the topic have become durable. */
  offer(segment: Segment, at: number, bytes: Buffer, start: number, end: number): void {
    for (const { open } of this.#entries.values()) open?.offer(segment, at, bytes, start, end)
  }

  /** The topic begins at `offset` now. Returns how many messages a consumer had not acknowledged: of the one that had most. */
  skipTo(offset: number): number {
    let most = 0
    for (const { tracked, open } of this.#entries.values()) {
      const given = tracked.position.skipTo(offset)
      if (given > 0) this.#works.positions.changed(tracked)
      most = Math.max(most, given)
      open?.skipTo(offset)
    }
    return most
  }

  /** Closes those that are open. Who is opening one is refused with `error`. */
  async close(error: ChannelError): Promise<void> {
    this.#ended = error
    for (const { open } of this.#entries.values()) await open?.close()
  }

  forget(): void {
    for (const { tracked } of this.#entries.values()) this.#works.positions.forget(tracked)
    this.#entries.clear()
  }

  async #make(name: string, { start }: ConsumeOptions): Promise<Entry> {
    const { disk, positions } = this.#works
    const { segments } = this.#topic
    const next =
      start === 'latest' ? segments.next : typeof start === 'object' ? await offsetAt(disk, segments, start.time) : segments.first
    this.#assertOpen()
    const entry = this.#add(name, new ConsumerPosition({ next, held: [] }))
    try {
      await positions.establish(entry.tracked)
    } catch (error) {
      this.#entries.delete(name)
      positions.forget(entry.tracked)
      throw this.#works.trouble.begin(error)
    }
    return entry
  }

  #assertOpen(): void {
    if (this.#ended !== undefined) throw this.#ended
  }

  #add(name: string, position: ConsumerPosition): Entry {
    const tracked = { topic: this.#topic.id, consumer: name, position }
    const entry = { tracked, open: undefined }
    this.#entries.set(name, entry)
    this.#works.positions.track(tracked)
    return entry
  }

  #sourceOf(entry: Entry): ConstructorParameters<typeof LogConsumer>[1] {
    const { disk, clock, positions, onWarning } = this.#works
    const { segments, name } = this.#topic
    return {
      disk,
      segments,
      clock,
      onChanged: () => positions.changed(entry.tracked),
      onLost: (from, to, segment) => {
        if (this.#damaged.has(from)) return
        this.#damaged.add(from)
        this.#onLost(to - from)
        onWarning(`${segment.path} is damaged: messages ${from} to ${to - 1} of topic ${name} are lost; check the disk`)
      },
      onWarning: (message) => onWarning(`topic ${name}: ${message}`),
      onClose: () => (entry.open = undefined)
    }
  }
}
