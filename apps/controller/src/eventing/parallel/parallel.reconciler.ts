import {
  parallelConditions,
  parallels,
  type ChannelChild,
  type Parallel,
  type ParallelStatus,
  type SubscriptionChild
} from '@knative-ts/api'
import { errorText, Marks, settled, type Outcome } from '@knative-ts/kube'
import type { EventingWorld } from '../eventing-world.ts'
import { areReady, channelChild, FlowChildren } from '../flow/flow-children.ts'
import { markPolicies } from '../marking/mark-policies.ts'
import { branchName, filterName, ingressChannelName, subscriptionsOf } from './subscriptions-of.ts'

type Current = Parallel & { status: ParallelStatus }

/** A Parallel is a channel that takes events in, and for each branch a channel behind its filter. */
export class ParallelReconciler {
  readonly #world: EventingWorld

  constructor(world: EventingWorld) {
    this.#world = world
  }

  async reconcile(parallel: Current): Promise<Outcome> {
    const { spec } = parallel
    const marks = new Marks(parallel.status, parallelConditions)
    const children = new FlowChildren(this.#world, parallel, parallels, spec.channelTemplate)
    const branches = spec.branches.map((_, branch) => branch)
    const names = branches.map((branch) => branchName(parallel, branch))
    const channels = await this.#channels(parallel, children, [ingressChannelName(parallel), ...names], marks)
    const filters: SubscriptionChild[] = []
    const subscribers: SubscriptionChild[] = []
    try {
      for (const branch of branches) {
        const { filter, subscriber } = subscriptionsOf(parallel, branch, (name) => children.reference(name))
        filters.push(await children.subscription(filter))
        subscribers.push(await children.subscription(subscriber))
      }
    } catch (error) {
      marks.false('SubscriptionsReady', 'SubscriptionsNotReady', `Failed to reconcile subscriptions: ${errorText(error)}`)
      throw error
    }
    tell(parallel, channels, filters, subscribers)
    if (areReady([...filters, ...subscribers])) marks.true('SubscriptionsReady')
    else marks.false('SubscriptionsReady', 'SubscriptionsNotReady', 'Subscriptions are not ready yet, or there are none')
    const wanted = [...names, ...branches.map((branch) => filterName(parallel, branch))]
    await children.prune(new Set([ingressChannelName(parallel), ...names]), new Set(wanted))
    markPolicies(marks, this.#world.settings)
    return settled
  }

  /** The ingress channel first. */
  async #channels(parallel: Current, children: FlowChildren<Parallel>, names: readonly string[], marks: Marks): Promise<ChannelChild[]> {
    try {
      const made = []
      for (const name of names) made.push(await children.channel(name))
      const told = made.map(channelChild)
      if (areReady(told)) marks.true('ChannelsReady')
      else marks.false('ChannelsReady', 'ChannelsNotReady', 'Channels are not ready yet, or there are none')
      const url = made[0]?.status?.address?.url
      if (url === undefined) {
        delete parallel.status.address
        marks.false('Addressable', 'emptyAddress', 'addressable is nil')
      } else {
        parallel.status.address = { url }
        marks.true('Addressable')
      }
      return told
    } catch (error) {
      marks.false('ChannelsReady', 'ChannelsNotReady', `Failed to reconcile channels: ${errorText(error)}`)
      throw error
    }
  }
}

function tell(
  { status }: Current,
  [ingress, ...branches]: readonly ChannelChild[],
  filters: readonly SubscriptionChild[],
  subscribers: readonly SubscriptionChild[]
): void {
  if (ingress !== undefined) status.ingressChannelStatus = ingress
  status.branchStatuses = branches.map((filterChannelStatus, branch) => {
    const [filter, subscriber] = [filters[branch], subscribers[branch]]
    return {
      filterChannelStatus,
      ...(filter === undefined ? {} : { filterSubscriptionStatus: filter }),
      ...(subscriber === undefined ? {} : { subscriberSubscriptionStatus: subscriber })
    }
  })
}
