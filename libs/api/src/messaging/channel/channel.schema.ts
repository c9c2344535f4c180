import { z } from 'zod'
import { statusSchema } from '../../conditions/condition.schema.ts'
import { addressStatusFields, policiesStatusFields } from '../../duck/addressable.schema.ts'
import { channelTemplateSchema } from '../../duck/channel-template.schema.ts'
import { deliverySchema, deliveryStatusFields } from '../../duck/delivery.schema.ts'
import { referenceSchema } from '../../duck/reference.schema.ts'
import { subscribableSpecFields, subscribableStatusFields } from '../../duck/subscribable.schema.ts'

export const channelSpecSchema = z.object({
  channelTemplate: channelTemplateSchema
    .exactOptional()
    .describe('What kind of channel does the work. Default: as default-ch-webhook says.'),
  delivery: deliverySchema.exactOptional().describe('How events are delivered by Subscriptions that do not say it themselves.'),
  ...subscribableSpecFields
})

export const channelStatusSchema = statusSchema.extend({
  ...addressStatusFields,
  ...deliveryStatusFields,
  ...policiesStatusFields,
  ...subscribableStatusFields,
  channel: referenceSchema.exactOptional().describe('The channel that does the work.')
})

/** The spec of a Channel. */
export type ChannelSpec = z.infer<typeof channelSpecSchema>
/** The status of a Channel. */
export type ChannelStatus = z.infer<typeof channelStatusSchema>
