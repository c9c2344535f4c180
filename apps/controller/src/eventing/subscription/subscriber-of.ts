import type { DeliverySpec, SubscriberSpec, Subscription, SubscriptionStatus } from '@knative-ts/api'
import type { Channelable } from '../channel/channel-kinds.ts'

/** What the references of a Subscription lead to. */
export type PhysicalSubscription = NonNullable<SubscriptionStatus['physicalSubscription']>

const settingsOfDelivery = ['backoffDelay', 'backoffPolicy', 'retry', 'retryAfterMax', 'timeout'] as const

/** The entry of a channel's subscribers that a resolved Subscription is. */
export function subscriberOf(subscription: Subscription, physical: PhysicalSubscription, channel: Channelable): SubscriberSpec {
  const { uid = '', generation, name = '' } = subscription.metadata
  const delivery = deliveryOf(subscription, physical, channel)
  const { deadLetterSinkUri: _uri, deadLetterSinkCACerts: _certs, deadLetterSinkAudience: _audience, ...addresses } = physical
  return {
    ...(delivery === undefined ? {} : { delivery }),
    ...(generation === undefined ? {} : { generation }),
    name,
    ...addresses,
    uid
  }
}

/** A Subscription that says nothing of delivery takes the channel's settings as a whole; the dead letter sink is resolved already (reference 4.3). */
function deliveryOf({ spec }: Subscription, physical: PhysicalSubscription, channel: Channelable): DeliverySpec | undefined {
  const from = spec.delivery ?? channel.spec.delivery ?? {}
  const settings = Object.fromEntries(settingsOfDelivery.flatMap((name) => (from[name] === undefined ? [] : [[name, from[name]]])))
  const { deadLetterSinkUri: uri, deadLetterSinkCACerts: CACerts, deadLetterSinkAudience: audience } = physical
  const sink =
    uri === undefined ? undefined : { uri, ...(CACerts === undefined ? {} : { CACerts }), ...(audience === undefined ? {} : { audience }) }
  const delivery: DeliverySpec = { ...settings, ...(sink === undefined ? {} : { deadLetterSink: sink }) }
  return Object.keys(delivery).length === 0 ? undefined : delivery
}
