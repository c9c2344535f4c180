import { z } from 'zod'
import { statusSchema } from '../../conditions/condition.schema.ts'
import { addressStatusFields, authStatusFields, policiesStatusFields } from '../../duck/addressable.schema.ts'
import { channelTemplateSchema } from '../../duck/channel-template.schema.ts'
import { deliverySchema } from '../../duck/delivery.schema.ts'
import { destinationSchema } from '../../duck/destination.schema.ts'
import { written } from '../../schema/wire.ts'
import { channelChildSchema, subscriptionChildSchema } from '../child-status.schema.ts'

const stepSchema = destinationSchema.extend({
  delivery: deliverySchema.exactOptional().describe('How events are delivered to this step.')
})

export const sequenceSpecSchema = z.object({
  channelTemplate: channelTemplateSchema
    .exactOptional()
    .describe('What kind of channels is between the steps. Default: as default-ch-webhook says.'),
  reply: destinationSchema.exactOptional().describe('Who gets the answer of the last step. Default: nobody.'),
  steps: written(z.array(stepSchema)).describe('Who gets the event, one after the other.')
})

export const sequenceStatusSchema = statusSchema.extend({
  ...addressStatusFields,
  ...authStatusFields,
  ...policiesStatusFields,
  channelStatuses: z.array(channelChildSchema).exactOptional().describe('The channels, by step.'),
  subscriptionStatuses: z.array(subscriptionChildSchema).exactOptional().describe('The Subscriptions, by step.')
})

/** One step of a Sequence. */
export type SequenceStep = z.infer<typeof stepSchema>
/** The spec of a Sequence. */
export type SequenceSpec = z.infer<typeof sequenceSpecSchema>
/** The status of a Sequence. */
export type SequenceStatus = z.infer<typeof sequenceStatusSchema>
