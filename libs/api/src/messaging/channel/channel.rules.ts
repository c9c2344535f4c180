import type { EventingContext } from '../../admission/eventing/eventing-context.ts'
import { channelTemplateErrors } from '../../duck/channel-template.rules.ts'
import { deliveryErrors } from '../../duck/delivery.rules.ts'
import { sameValue } from '../../validation/admission-context.ts'
import { differenceText } from '../../validation/difference.ts'
import { disallowed, immutable, under, type FieldError } from '../../validation/field-error.ts'
import type { Channel } from './channel.ts'

/** What is wrong with a Channel. Its subscribers are those of the channel behind it; everything else never changes. */
export function validateChannel(channel: Channel, { config, before }: EventingContext<Channel>): FieldError[] {
  const { channelTemplate, delivery, subscribers = [] } = channel.spec
  return [
    ...under('spec', channelTemplateErrors(channelTemplate)),
    ...(subscribers.length === 0 ? [] : [disallowed('spec.subscribable.subscribers')]),
    ...under('spec.delivery', deliveryErrors(delivery, config.features)),
    ...(before === undefined ? [] : changes(before, channel))
  ]
}

function changes(before: Channel, after: Channel): FieldError[] {
  const { subscribers: _, ...was } = before.spec
  const { subscribers: __, ...is } = after.spec
  return sameValue(was, is) ? [] : [immutable(differenceText(was, is), 'spec')]
}
