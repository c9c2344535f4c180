import type { EventingContext } from '../../admission/eventing/eventing-context.ts'
import { withUsers } from '../../admission/eventing/users.ts'
import { defaultDelivery, defaultDestination } from '../../duck/destination.defaults.ts'
import type { Subscription } from './subscription.ts'

/** Fills in a Subscription: namespaces, but not that of its channel. */
export function defaultSubscription(subscription: Subscription, context: EventingContext<Subscription>): Subscription {
  const { namespace } = subscription.metadata
  const subscriber = defaultDestination(subscription.spec.subscriber, namespace)
  const reply = defaultDestination(subscription.spec.reply, namespace)
  const delivery = defaultDelivery(subscription.spec.delivery, namespace)
  const spec = {
    ...subscription.spec,
    ...(subscriber === undefined ? {} : { subscriber }),
    ...(reply === undefined ? {} : { reply }),
    ...(delivery === undefined ? {} : { delivery })
  }
  return withUsers({ ...subscription, spec }, context)
}
