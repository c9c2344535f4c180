/** What Sequences and Parallels have in common: channels and Subscriptions of their own, and what they tell of them. */
import {
  readyOf,
  type ChannelChild,
  type ChannelTemplate,
  type Condition,
  type KReference,
  type KubeObject,
  type Resource,
  type Subscription,
  type SubscriptionChild
} from '@knative-ts/api'
import { isControlledBy, type Kept } from '@knative-ts/kube'
import type { Channelable } from '../channel/channel-kinds.ts'
import { ensureChannel } from '../channel/ensure-channel.ts'
import { byControllerUid } from '../eventing-objects.ts'
import type { EventingWorld } from '../eventing-world.ts'
import { ensureSubscription } from '../subscription/ensure-subscription.ts'

/** The children of one flow. */
export class FlowChildren<O extends KubeObject> {
  readonly #world: EventingWorld
  readonly #owner: O
  readonly #resource: Resource<O>
  readonly #template: ChannelTemplate

  constructor(world: EventingWorld, owner: O, resource: Resource<O>, template: ChannelTemplate | undefined) {
    if (template === undefined) throw new Error('spec.channelTemplate is empty: name a kind of channel')
    this.#world = world
    this.#owner = owner
    this.#resource = resource
    this.#template = template
  }

  /** The reference to a channel of this flow. */
  reference(name: string): KReference {
    const { apiVersion, kind } = this.#template
    return { apiVersion, kind, name, namespace: this.#owner.metadata.namespace ?? '' }
  }

  channel(name: string): Promise<Channelable> {
    const metadata = { name, namespace: this.#owner.metadata.namespace ?? '' }
    return ensureChannel(this.#world.channelKinds, this.#owner, this.#resource, { template: this.#template, metadata })
  }

  /** Creates or changes a Subscription, and tells of it. */
  async subscription(desired: Subscription): Promise<SubscriptionChild> {
    const made = await ensureSubscription(this.#world.objects.subscriptions, this.#owner, this.#resource, desired)
    const { name = '', namespace = '' } = desired.metadata
    // Without kind and version, as upstream tells it.
    return { ready: made === undefined ? beingMade : readinessOf(made), subscription: { name, namespace } }
  }

  /** Deletes what an earlier generation had and this one has not. */
  async prune(channels: ReadonlySet<string>, wanted: ReadonlySet<string>): Promise<void> {
    const uid = this.#owner.metadata.uid ?? ''
    const { subscriptions } = this.#world.objects
    for (const subscription of subscriptions.byIndex(byControllerUid, uid))
      if (!wanted.has(subscription.metadata.name ?? '')) await subscriptions.delete(subscription)
    const kept: Kept<Channelable> = await this.#world.channelKinds.of(this.#template)
    for (const channel of kept.list(this.#owner.metadata.namespace))
      if (isControlledBy(channel, this.#owner) && !channels.has(channel.metadata.name ?? '')) await kept.delete(channel)
  }
}

/** A child's own Ready condition; Unknown when it has none. */
function readinessOf(child: Channelable | Subscription): Condition {
  return readyOf(child) ?? { type: 'Ready', status: 'Unknown', reason: 'NoReady', message: `${child.kind} does not have Ready condition` }
}

export function channelChild(channel: Channelable): ChannelChild {
  const { name = '', namespace = '' } = channel.metadata
  return { channel: { apiVersion: channel.apiVersion, kind: channel.kind, name, namespace }, ready: readinessOf(channel) }
}

/** Of a Subscription that cannot be changed into what it should be. */
const beingMade: Condition = {
  type: 'Ready',
  status: 'Unknown',
  reason: 'NoReady',
  message: 'An earlier Subscription of this name is on its way out'
}

export const areReady = (children: readonly { readonly ready: Condition }[]): boolean =>
  children.length > 0 && children.every(({ ready }) => ready.status === 'True')
