import { sequenceConditions, sequences, type Sequence, type SequenceStatus } from '@knative-ts/api'
import { errorText, Marks, settled, type Outcome } from '@knative-ts/kube'
import type { EventingWorld } from '../eventing-world.ts'
import { areReady, channelChild, FlowChildren } from '../flow/flow-children.ts'
import { markPolicies } from '../marking/mark-policies.ts'
import { stepName, subscriptionsOf } from './subscriptions-of.ts'

type Current = Sequence & { status: SequenceStatus }

/** A Sequence is a channel before each step, and a Subscription from each channel to its step. */
export class SequenceReconciler {
  readonly #world: EventingWorld

  constructor(world: EventingWorld) {
    this.#world = world
  }

  async reconcile(sequence: Current): Promise<Outcome> {
    const { spec, status } = sequence
    const marks = new Marks(status, sequenceConditions)
    const children = new FlowChildren(this.#world, sequence, sequences, spec.channelTemplate)
    const names = spec.steps.map((_, step) => stepName(sequence, step))
    try {
      const channels = []
      for (const name of names) channels.push(await children.channel(name))
      status.channelStatuses = channels.map(channelChild)
      const address = channels[0]?.status?.address
      if (address?.url === undefined) {
        delete status.address
        marks.unknown('Addressable', 'emptyAddress', 'addressable is nil')
      } else {
        status.address = { url: address.url }
        marks.true('Addressable')
      }
    } catch (error) {
      marks.false('ChannelsReady', 'ChannelsNotReady', `Failed to reconcile channels: ${errorText(error)}`)
      throw error
    }
    if (areReady(status.channelStatuses)) marks.true('ChannelsReady')
    else marks.unknown('ChannelsReady', 'ChannelsNotReady', 'Channels are not ready yet, or there are none')
    try {
      const made = []
      for (const subscription of subscriptionsOf(sequence, (name) => children.reference(name)))
        made.push(await children.subscription(subscription))
      status.subscriptionStatuses = made
    } catch (error) {
      marks.false('SubscriptionsReady', 'SubscriptionsNotReady', `Failed to reconcile subscriptions: ${errorText(error)}`)
      throw error
    }
    if (areReady(status.subscriptionStatuses)) marks.true('SubscriptionsReady')
    else marks.unknown('SubscriptionsReady', 'SubscriptionsNotReady', 'Subscriptions are not ready yet, or there are none')
    await children.prune(new Set(names), new Set(names))
    markPolicies(marks, this.#world.settings)
    return settled
  }
}
