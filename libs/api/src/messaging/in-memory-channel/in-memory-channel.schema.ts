import { z } from 'zod'
import { statusSchema } from '../../conditions/condition.schema.ts'
import { addressStatusFields, policiesStatusFields } from '../../duck/addressable.schema.ts'
import { deliverySchema, deliveryStatusFields } from '../../duck/delivery.schema.ts'
import { subscribableSpecFields, subscribableStatusFields } from '../../duck/subscribable.schema.ts'

export const inMemoryChannelSpecSchema = z.object({
  delivery: deliverySchema.exactOptional().describe('How events are delivered by Subscriptions that do not say it themselves.'),
  ...subscribableSpecFields
})

export const inMemoryChannelStatusSchema = statusSchema.extend({
  ...addressStatusFields,
  ...deliveryStatusFields,
  ...policiesStatusFields,
  ...subscribableStatusFields
})

/** The spec of an InMemoryChannel. */
export type InMemoryChannelSpec = z.infer<typeof inMemoryChannelSpecSchema>
/** The status of an InMemoryChannel. */
export type InMemoryChannelStatus = z.infer<typeof inMemoryChannelStatusSchema>
