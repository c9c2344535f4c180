import type { EventingContext } from '../../admission/eventing/eventing-context.ts'
import { withUsers } from '../../admission/eventing/users.ts'
import { defaultDelivery } from '../../duck/destination.defaults.ts'
import { withSubscribable } from '../subscribable.defaults.ts'
import type { InMemoryChannel } from './in-memory-channel.ts'

/** Fills in an InMemoryChannel. */
export function defaultInMemoryChannel(channel: InMemoryChannel, context: EventingContext<InMemoryChannel>): InMemoryChannel {
  const delivery = defaultDelivery(channel.spec.delivery, channel.metadata.namespace)
  const spec = { ...channel.spec, ...(delivery === undefined ? {} : { delivery }) }
  return withUsers({ ...withSubscribable(channel), spec }, context)
}
