import {
  keyOf,
  keyText,
  triggers,
  type InMemoryChannel,
  type KubeObject,
  type SubscriberSpec,
  type Subscription,
  type Trigger
} from '@knative-ts/api'
import { controllerOf, equalJson, type Change } from '@knative-ts/kube'
import { byControllerUid, byUid, type EventingObjects } from '../eventing-objects.ts'
import { EventTable, type MemberKind } from './event-table.ts'
import { brokerMessage, channelMessage, entryUid, isOurBroker, jobSinkMessage, subscriptionMessage, triggerMessage } from './members-of.ts'

const present = <T extends KubeObject>(object: T | undefined): object is T =>
  object !== undefined && object.metadata.deletionTimestamp === undefined

const entriesOf = (channel: InMemoryChannel | undefined): ReadonlyMap<string, SubscriberSpec> =>
  new Map((channel?.spec.subscribers ?? []).map((entry) => [entryUid(channel as InMemoryChannel, entry), entry]))

/** Keeps a table as this replica's cache is. What a change costs depends on what it changes. */
export class EventFeed {
  readonly table = new EventTable()
  readonly #objects: EventingObjects
  readonly #clusterDomain: string
  /** By the uid of a Subscription: the channel that it is an entry of. */
  readonly #channelOf = new Map<string, string>()
  readonly #stops: (() => void)[]

  constructor(objects: EventingObjects, clusterDomain: string) {
    this.#objects = objects
    this.#clusterDomain = clusterDomain
    this.#stops = [
      objects.inMemoryChannels.informer.onChange((change) => this.#channel(change)),
      objects.subscriptions.informer.onChange(({ before, after }) => this.#entry((after ?? before)?.metadata.uid ?? '')),
      objects.triggers.informer.onChange((change) => this.#trigger(change)),
      objects.brokers.informer.onChange((change) => this.#simple('broker', change, isOurBroker, brokerMessage)),
      objects.jobSinks.informer.onChange((change) => this.#simple('jobsink', change, () => true, jobSinkMessage))
    ]
  }

  /** `namespace/name` of the channel that has a Subscription (by uid) among its subscribers. */
  channelOf(uid: string): string | undefined {
    return this.#channelOf.get(uid)
  }

  stop(): void {
    for (const stop of this.#stops) stop()
  }

  #channel({ before, after }: Change<InMemoryChannel>): void {
    const key = keyText(keyOf((after ?? before) as InMemoryChannel))
    const former = entriesOf(before)
    const entries = present(after) ? entriesOf(after) : new Map<string, SubscriberSpec>()
    for (const uid of former.keys()) {
      if (entries.has(uid) || this.#channelOf.get(uid) !== key) continue
      this.#channelOf.delete(uid)
      this.table.remove('subscription', uid)
    }
    if (!present(after)) {
      this.table.remove('channel', key)
      return
    }
    this.table.set('channel', key, channelMessage(after, this.#clusterDomain))
    // One of the same name that came later: its subscribers are other topics' consumers.
    const same = before?.metadata.uid === after.metadata.uid
    for (const [uid, entry] of entries) {
      this.#channelOf.set(uid, key)
      if (!same || !equalJson(former.get(uid), entry)) this.#set(after, entry)
    }
  }

  #trigger({ before, after }: Change<Trigger>): void {
    const trigger = (after ?? before) as Trigger
    const key = keyText(keyOf(trigger))
    if (present(after)) this.table.set('trigger', key, triggerMessage(after))
    else this.table.remove('trigger', key)
    for (const { metadata } of this.#objects.subscriptions.informer.cache.byIndex(byControllerUid, trigger.metadata.uid ?? ''))
      this.#entry(metadata.uid ?? '')
  }

  #simple<T extends KubeObject, K extends MemberKind>(
    kind: K,
    { before, after }: Change<T>,
    isOurs: (object: T) => boolean,
    messageOf: (object: T) => Parameters<typeof this.table.set<K>>[2]
  ): void {
    const key = keyText(keyOf((after ?? before) as T))
    if (present(after) && isOurs(after)) this.table.set(kind, key, messageOf(after))
    else this.table.remove(kind, key)
  }

  /** Something about one Subscription changed that its channel does not know. */
  #entry(uid: string): void {
    const [namespace = '', name = ''] = this.#channelOf.get(uid)?.split('/') ?? []
    const channel = this.#objects.inMemoryChannels.informer.cache.get({ namespace, name })
    const entry = channel?.spec.subscribers?.find((one) => one.uid === uid)
    if (channel !== undefined && entry !== undefined) this.#set(channel, entry)
  }

  #set(channel: InMemoryChannel, entry: SubscriberSpec): void {
    this.table.set('subscription', entryUid(channel, entry), messageOfEntry(this.#objects, channel, entry))
  }
}

/** What the data plane is told of one entry of a channel, with the Trigger behind it. */
export function messageOfEntry(objects: EventingObjects, channel: InMemoryChannel, entry: SubscriberSpec) {
  const subscription = objects.subscriptions.informer.cache.byIndex(byUid, entryUid(channel, entry))[0]
  return subscriptionMessage(channel, entry, subscription, triggerOf(objects, subscription))
}

function triggerOf(objects: EventingObjects, subscription: Subscription | undefined): Trigger | undefined {
  const owner = subscription === undefined ? undefined : controllerOf(subscription)
  if (owner?.kind !== triggers.kind) return undefined
  const trigger = objects.triggers.informer.cache.get({ namespace: subscription?.metadata.namespace ?? '', name: owner.name })
  return trigger?.metadata.uid === owner.uid ? trigger : undefined
}
