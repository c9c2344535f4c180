import {
  clear,
  isReady,
  subscriptionConditions,
  type Destination,
  type KReference,
  type ObjectKey,
  type Subscription,
  type SubscriptionStatus
} from '@knative-ts/api'
import { controllerOf, errorText, Marks, ReasonedError, settled, type EventRecorder, type Kept, type Outcome } from '@knative-ts/kube'
import type { Channelable, ChannelKind } from '../channel/channel-kinds.ts'
import { MissingKindError } from '../destinations/missing-kind-error.ts'
import type { Resolver } from '../destinations/resolver.ts'
import type { EventingWorld } from '../eventing-world.ts'
import { markDelivery } from '../marking/mark-delivery.ts'
import { markIdentity } from '../marking/mark-policies.ts'
import { tellAddress, toldAddress } from '../marking/tell-address.ts'
import { subscriberOf, type PhysicalSubscription } from './subscriber-of.ts'
import { SubscriberLists } from './subscriber-lists.ts'

type Current = Subscription & { status: SubscriptionStatus }

interface Found {
  readonly kept: Kept<Channelable>
  readonly channel: Channelable
}

/** A Subscription is an entry among the subscribers of its channel, with all its references resolved. */
export class SubscriptionReconciler {
  readonly #world: EventingWorld
  readonly #resolver: Resolver
  readonly #recorder: EventRecorder
  readonly #lists = new SubscriberLists()

  constructor(world: EventingWorld, resolver: Resolver, recorder: EventRecorder) {
    this.#world = world
    this.#resolver = resolver
    this.#recorder = recorder
  }

  async reconcile(subscription: Current): Promise<Outcome> {
    const { status } = subscription
    const marks = new Marks(status, subscriptionConditions)
    this.#resolver.begin(subscription)
    markIdentity(marks, this.#world.settings)
    const { kept, channel } = await this.#channel(subscription, marks)
    const physical = await this.#resolved(subscription, channel, marks)
    marks.true('ReferencesResolved')
    const entry = subscriberOf(subscription, physical, channel)
    try {
      const written = await this.#lists.put(kept, channel, entry)
      if (written)
        this.#recorder.record(
          subscription,
          'Normal',
          'SubscriberSync',
          `Subscription was synchronized to channel "${channel.metadata.name}"`
        )
    } catch (error) {
      const words = `Failed to sync physical Channel: ${errorText(error)}`
      marks.false('AddedToChannel', 'PhysicalChannelSyncFailed', words)
      throw new ReasonedError('PhysicalChannelSyncFailed', words, { cause: error })
    }
    marks.true('AddedToChannel')
    this.#markChannel(subscription, channel, marks)
    status.conditions = clear(status.conditions ?? [], subscriptionConditions, 'Delivery')
    const state = this.#world.deliveries.of(subscription.metadata.uid ?? '')
    markDelivery(new Marks(status, subscriptionConditions), state, this.#subscriberOf(subscription) ?? physical.subscriberUri ?? '')
    return settled
  }

  /** Whom a Trigger's Subscription is for, behind the filter. */
  #subscriberOf(subscription: Subscription): string | undefined {
    const owner = controllerOf(subscription)
    if (owner?.kind !== 'Trigger') return undefined
    const { namespace = '' } = subscription.metadata
    return this.#world.objects.triggers.get({ namespace, name: owner.name })?.status?.subscriberUri
  }

  async finalize(subscription: Subscription): Promise<void> {
    this.#resolver.begin(subscription)
    const found = await this.#backing(subscription).catch((error: unknown) => {
      // With its definition every channel of the kind is gone.
      if (error instanceof MissingKindError) return undefined
      throw error
    })
    if (found === undefined) return
    const { kept, channel } = found
    if (await this.#lists.remove(kept, channel, subscription.metadata.uid ?? ''))
      this.#recorder.record(subscription, 'Normal', 'SubscriberRemoved', `Subscription was removed from channel "${channel.metadata.name}"`)
  }

  /** The channel that does the work, which is ready enough to take subscribers. */
  async #channel(subscription: Current, marks: Marks): Promise<Found> {
    try {
      return await this.#readyChannel(subscription)
    } catch (error) {
      const words = `Failed to get Spec.Channel or backing channel: ${errorText(error)}`
      marks.unknown('ReferencesResolved', 'ChannelReferenceFailed', words)
      throw new ReasonedError('ChannelReferenceFailed', words, { cause: error })
    }
  }

  async #readyChannel(subscription: Current): Promise<Found> {
    const reference = channelReference(subscription)
    if (!isFront(reference)) return this.#found(reference)
    const front = this.#world.objects.channels.get(keyIn(reference))
    if (front === undefined) throw new Error(`channels.messaging.knative.dev "${reference.name}" not found`)
    if (!isReady(front) || front.status?.channel === undefined) throw new Error(`channel "${reference.name}" is not ready`)
    return this.#found(front.status.channel)
  }

  /** For the end: the channel in whatever state, undefined when it is gone. */
  async #backing(subscription: Subscription): Promise<Found | undefined> {
    const reference = channelReference(subscription)
    const behind = isFront(reference) ? this.#world.objects.channels.get(keyIn(reference))?.status?.channel : reference
    if (behind === undefined) return undefined
    const kept = await this.#world.channelKinds.of(kindOf(behind))
    const channel = kept.get(keyIn(behind))
    return channel === undefined ? undefined : { kept, channel }
  }

  /** Not through the resolver: what wakes a Subscription is its own entry in the channel, not every other's. */
  async #found(reference: KReference): Promise<Found> {
    const kept = await this.#world.channelKinds.of(kindOf(reference))
    const channel = kept.get(keyIn(reference))
    const { plural, group } = kept.resource
    if (channel === undefined) throw new Error(`${plural}.${group} "${reference.name}" not found`)
    return { kept, channel }
  }

  async #resolved(subscription: Current, channel: Channelable, marks: Marks): Promise<PhysicalSubscription> {
    const { subscriber, reply, delivery } = subscription.spec
    const physical: PhysicalSubscription = { ...subscription.status.physicalSubscription }
    subscription.status.physicalSubscription = physical
    const parts = [
      ['subscriber', subscriber, 'SubscriberResolveFailed', 'spec.subscriber'],
      ['reply', reply, 'ReplyResolveFailed', 'spec.reply'],
      ['deadLetterSink', delivery?.deadLetterSink, 'DeadLetterSinkResolveFailed', 'spec.delivery.deadLetterSink']
    ] as const
    for (const [prefix, destination, reason, path] of parts) await this.#part(subscription, { prefix, destination, reason, path, marks })
    if (delivery?.deadLetterSink === undefined) inheritDeadLetter(physical, channel, marks)
    return physical
  }

  async #part(
    subscription: Current,
    {
      prefix,
      destination,
      reason,
      path,
      marks
    }: { prefix: string; destination: Destination | undefined; reason: string; path: string; marks: Marks }
  ): Promise<void> {
    const physical = subscription.status.physicalSubscription ?? {}
    if (isEmpty(destination)) {
      tellAddress(physical, prefix, undefined)
      return
    }
    try {
      tellAddress(physical, prefix, await this.#resolver.resolve(destination, subscription))
    } catch (error) {
      tellAddress(physical, prefix, undefined)
      const words = `Failed to resolve ${path}: ${errorText(error)}`
      marks.false('ReferencesResolved', reason, words)
      throw new ReasonedError(reason, words, { cause: error })
    }
  }

  #markChannel(subscription: Current, channel: Channelable, marks: Marks): void {
    const { uid, generation, name = '' } = subscription.metadata
    const told = channel.status?.subscribers?.find((status) => status.uid === uid)
    if (told?.ready === 'True' && told.observedGeneration === generation) marks.true('ChannelReady')
    else if (told?.ready === 'False') marks.false('ChannelReady', 'SubscriptionNotMarkedReadyByChannel', told.message ?? '')
    else {
      const words = `Failed to get subscription status: subscription "${name}" not present in channel "${channel.metadata.name}" subscriber's list`
      marks.unknown('ChannelReady', 'SubscriptionNotMarkedReadyByChannel', words)
    }
  }
}

/** A Channel of messaging.knative.dev: another one works behind it. */
const isFront = ({ apiVersion = '', kind }: KReference): boolean => kind === 'Channel' && apiVersion.startsWith('messaging.knative.dev/')

const channelReference = ({ metadata, spec }: Subscription): KReference => ({
  ...spec.channel,
  namespace: spec.channel.namespace ?? metadata.namespace ?? ''
})

const keyIn = ({ namespace = '', name }: KReference): ObjectKey => ({ namespace, name })
const kindOf = ({ apiVersion = '', kind }: KReference): ChannelKind => ({ apiVersion, kind })

const isEmpty = (destination: Destination | undefined): destination is undefined =>
  destination === undefined || (destination.ref === undefined && destination.uri === undefined)

/** The channel's own dead letter sink, for a Subscription that names none. */
function inheritDeadLetter(physical: PhysicalSubscription, channel: Channelable, marks: Marks): void {
  const inherited = toldAddress(channel.status, 'deadLetterSink')
  if (channel.spec.delivery?.deadLetterSink !== undefined && inherited === undefined) {
    const words = `channel "${channel.metadata.name}" didn't set status.deadLetterSinkURI`
    marks.false('ReferencesResolved', 'DeadLetterSinkResolveFailed', `Failed to resolve spec.delivery.deadLetterSink: ${words}`)
    throw new ReasonedError('DeadLetterSinkResolveFailed', words)
  }
  tellAddress(physical, 'deadLetterSink', channel.spec.delivery?.deadLetterSink === undefined ? undefined : inherited)
}
