import type { EventingContext } from '../../admission/eventing/eventing-context.ts'
import { deliveryErrors } from '../../duck/delivery.rules.ts'
import { destinationErrors, isEmptyDestination } from '../../duck/destination.rules.ts'
import { kreferenceErrors } from '../../duck/reference.rules.ts'
import type { KReference } from '../../duck/reference.schema.ts'
import { ONLY_HERE } from '../../eventing/trigger/trigger.rules.ts'
import { sameValue } from '../../validation/admission-context.ts'
import { differenceText } from '../../validation/difference.ts'
import { detailed, disallowed, immutable, missing, under, type FieldError } from '../../validation/field-error.ts'
import type { Subscription } from './subscription.ts'

/** What is wrong with a Subscription. Its channel never changes. */
export function validateSubscription(subscription: Subscription, context: EventingContext<Subscription>): FieldError[] {
  const { before } = context
  const channel = { channel: subscription.spec.channel }
  const was = before === undefined ? channel : { channel: before.spec.channel }
  return [
    ...under('spec', specErrors(subscription, context)),
    ...(sameValue(was, channel) ? [] : [immutable(differenceText(was, channel), 'spec')])
  ]
}

function specErrors({ spec }: Subscription, { config: { features } }: EventingContext<Subscription>): FieldError[] {
  const { channel, subscriber, reply, delivery } = spec
  if (isEmpty(channel)) return [detailed(missing('channel'), 'the Subscription must reference a channel')]
  const isElsewhere = (channel.namespace ?? '') !== '' && !features.crossNamespaceEventLinks
  return [
    ...under('channel', kreferenceErrors(channel, features)),
    ...(isElsewhere ? [detailed(disallowed('channel.namespace'), ONLY_HERE)] : []),
    ...(subscriber === undefined || isEmptyDestination(subscriber)
      ? [detailed(missing('subscriber'), 'the Subscription must reference a subscriber')]
      : under('subscriber', destinationErrors(subscriber, features))),
    ...(reply === undefined || isEmptyDestination(reply) ? [] : under('reply', destinationErrors(reply, features))),
    ...under('delivery', deliveryErrors(delivery, features))
  ]
}

const isEmpty = (reference: KReference): boolean => Object.values(reference).every((part) => part === '' || part === undefined)
