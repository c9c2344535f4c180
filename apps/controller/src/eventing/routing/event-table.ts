import { eventRouting } from '@knative-ts/wire'
import type { FollowedTable, Published, TableChange } from '../../routing/followed-table.ts'
import { versionOf } from './version-of.ts'

/** The kinds of members, by the words that their keys begin with, with the field of an update that each travels in. */
interface Members {
  readonly channel: eventRouting.Channel
  readonly subscription: eventRouting.Subscription
  readonly trigger: eventRouting.Trigger
  readonly broker: eventRouting.Broker
  readonly jobsink: eventRouting.JobSink
}

export type MemberKind = keyof Members

type Field = 'channels' | 'subscriptions' | 'triggers' | 'brokers' | 'jobSinks'
type RemovedField = 'removedChannels' | 'removedSubscriptions' | 'removedTriggers' | 'removedBrokers' | 'removedJobSinks'

/** In the order in which they are sent: what others name comes first. */
const fields: Readonly<Record<MemberKind, { readonly set: Field; readonly removed: RemovedField }>> = {
  channel: { set: 'channels', removed: 'removedChannels' },
  broker: { set: 'brokers', removed: 'removedBrokers' },
  trigger: { set: 'triggers', removed: 'removedTriggers' },
  subscription: { set: 'subscriptions', removed: 'removedSubscriptions' },
  jobsink: { set: 'jobSinks', removed: 'removedJobSinks' }
}

/** `channel default/hello`: names a member in acknowledgements. */
export const memberKey = (kind: MemberKind, id: string): string => `${kind} ${id}`

/** Members of one part of a complete table: some milliseconds of a follower's time. */
const partSize = 200

interface Member {
  readonly kind: MemberKind
  readonly id: string
  readonly version: string
  readonly message: Members[MemberKind]
}

/** What there is to deliver, as this replica's cache has it, with the differences between one event-loop turn and the next. */
export class EventTable implements FollowedTable<eventRouting.EventRoutingUpdate> {
  readonly #members = new Map<string, Member>()
  readonly #published = new Map<string, Published>()
  readonly #listeners = new Set<(change: TableChange<eventRouting.EventRoutingUpdate>) => void>()
  readonly #dirty = new Set<string>()
  #flushing: NodeJS.Immediate | undefined
  #sequence = 1

  get sequence(): number {
    return this.#sequence
  }

  published(key: string): Published | undefined {
    return this.#published.get(key)
  }

  publishedKeys(): Iterable<[string, Published]> {
    return this.#published
  }

  onChange(listener: (change: TableChange<eventRouting.EventRoutingUpdate>) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Puts a member, or another version of it. */
  set<K extends MemberKind>(kind: K, id: string, message: Members[K]): void {
    const key = memberKey(kind, id)
    const version = versionOf(message)
    if (this.#members.get(key)?.version === version) return
    this.#members.set(key, { kind, id, version, message })
    this.#changed(key)
  }

  remove(kind: MemberKind, id: string): void {
    const key = memberKey(kind, id)
    if (this.#members.delete(key)) this.#changed(key)
  }

  /** The whole table, as a new stream gets it, in parts; what waits to be sent as a difference is in it already. */
  complete(): eventRouting.EventRoutingUpdate[] {
    this.flush()
    const parts: Partial<eventRouting.EventRoutingUpdate>[] = []
    for (const [kind, { set }] of Object.entries(fields)) {
      const messages = [...this.#members.values()].filter((member) => member.kind === kind).map(({ message }) => message)
      for (let from = 0; from < messages.length; from += partSize) parts.push({ [set]: messages.slice(from, from + partSize) })
    }
    if (parts.length === 0) parts.push({})
    const last = parts.length - 1
    const common = { ...eventRouting.EventRoutingUpdate.create(), sequence: this.#sequence, complete: true }
    return parts.map((members, part) => ({ ...common, ...members, part, continues: part < last }))
  }

  /** Sends what changed since the last time. */
  flush(): void {
    if (this.#flushing !== undefined) clearImmediate(this.#flushing)
    this.#flushing = undefined
    if (this.#dirty.size === 0) return
    this.#sequence++
    const update = { ...eventRouting.EventRoutingUpdate.create(), sequence: this.#sequence }
    const published: string[] = []
    const removed: string[] = []
    for (const key of this.#dirty) {
      const member = this.#members.get(key)
      if (member === undefined) {
        const kind = key.slice(0, key.indexOf(' ')) as MemberKind
        update[fields[kind].removed].push(key.slice(kind.length + 1))
        this.#published.delete(key)
        removed.push(key)
        continue
      }
      ;(update[fields[member.kind].set] as unknown[]).push(member.message)
      this.#published.set(key, { version: member.version, sequence: this.#sequence })
      published.push(key)
    }
    this.#dirty.clear()
    for (const listener of this.#listeners) listener({ update, published, removed })
  }

  #changed(key: string): void {
    this.#published.delete(key)
    this.#dirty.add(key)
    this.#flushing ??= setImmediate(() => this.flush())
  }
}
