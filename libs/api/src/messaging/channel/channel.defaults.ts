import type { EventingContext } from '../../admission/eventing/eventing-context.ts'
import { withUsers } from '../../admission/eventing/users.ts'
import { channelTemplateFor } from '../../config/eventing/channel-defaults-config.ts'
import { defaultDelivery } from '../../duck/destination.defaults.ts'
import { withSubscribable } from '../subscribable.defaults.ts'
import type { Channel } from './channel.ts'
import type { ChannelSpec } from './channel.schema.ts'

/** Fills in a Channel: the kind that does the work, from default-ch-webhook. */
export function defaultChannel(channel: Channel, context: EventingContext<Channel>): Channel {
  const { namespace = '' } = channel.metadata
  return withUsers({ ...withSubscribable(channel), spec: filledIn(channel.spec, namespace, context) }, context)
}

/** A namespace for the dead letter sink comes only with the default template, as upstream. */
function filledIn(spec: ChannelSpec, namespace: string, { config }: EventingContext<Channel>): ChannelSpec {
  if (spec.channelTemplate !== undefined) return spec
  const channelTemplate = channelTemplateFor(config.channelDefaults, namespace)
  const delivery = defaultDelivery(spec.delivery, namespace)
  return {
    ...spec,
    ...(channelTemplate === undefined ? {} : { channelTemplate }),
    ...(delivery === undefined ? {} : { delivery })
  }
}
