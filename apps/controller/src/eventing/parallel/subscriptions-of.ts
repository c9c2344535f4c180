import {
  apiVersionOf,
  childName,
  subscriptions,
  type KReference,
  type Parallel,
  type Subscription,
  type SubscriptionSpec
} from '@knative-ts/api'
import { subscriptionFinalizer } from '../subscription/subscription-finalizer.ts'

/** The channel that takes events in. */
export const ingressChannelName = ({ metadata }: Parallel): string => childName(metadata.name ?? '', '-kn-parallel')
/** The channel of a branch, behind its filter; the Subscription to its subscriber has the same name. */
export const branchName = ({ metadata }: Parallel, branch: number): string => childName(metadata.name ?? '', `-kn-parallel-${branch}`)
/** The Subscription of a branch's filter. */
export const filterName = ({ metadata }: Parallel, branch: number): string =>
  childName(metadata.name ?? '', `-kn-parallel-filter-${branch}`)

/** The two Subscriptions of a branch: through the filter into its channel, and from there to its subscriber. */
export function subscriptionsOf(
  parallel: Parallel,
  branch: number,
  reference: (name: string) => KReference
): { readonly filter: Subscription; readonly subscriber: Subscription } {
  const { filter, subscriber, reply = parallel.spec.reply, delivery } = parallel.spec.branches[branch] ?? { subscriber: {} }
  const into = { ref: reference(branchName(parallel, branch)) }
  const named = (name: string, spec: SubscriptionSpec): Subscription => ({
    apiVersion: apiVersionOf(subscriptions),
    kind: subscriptions.kind,
    metadata: { name, namespace: parallel.metadata.namespace ?? '', finalizers: [subscriptionFinalizer] },
    spec
  })
  const beside = (name: string): KReference => {
    const { namespace: _namespace, ...channel } = reference(name)
    return channel
  }
  const ingress = beside(ingressChannelName(parallel))
  return {
    // The filter decides by answering; without one every event passes.
    filter: named(
      filterName(parallel, branch),
      filter === undefined ? { channel: ingress, subscriber: into } : { channel: ingress, subscriber: filter, reply: into }
    ),
    subscriber: named(branchName(parallel, branch), {
      channel: beside(branchName(parallel, branch)),
      subscriber,
      ...(reply === undefined ? {} : { reply }),
      ...(delivery === undefined ? {} : { delivery })
    })
  }
}
