import { z } from 'zod'
import { statusSchema } from '../../conditions/condition.schema.ts'
import { addressStatusFields, authStatusFields, policiesStatusFields } from '../../duck/addressable.schema.ts'
import { channelTemplateSchema } from '../../duck/channel-template.schema.ts'
import { deliverySchema } from '../../duck/delivery.schema.ts'
import { destinationSchema } from '../../duck/destination.schema.ts'
import { open, written } from '../../schema/wire.ts'
import { channelChildSchema, subscriptionChildSchema } from '../child-status.schema.ts'

const branchSchema = open(
  z.object({
    delivery: deliverySchema.exactOptional().describe('How events are delivered to the subscriber of this branch.'),
    filter: destinationSchema
      .exactOptional()
      .describe('Who decides whether an event passes: it answers with the event. Default: all pass.'),
    reply: destinationSchema.exactOptional().describe('Who gets the answer of the subscriber. Default: the reply of the Parallel.'),
    subscriber: written(destinationSchema).describe('Who gets the events that pass.')
  })
)

export const parallelSpecSchema = z.object({
  branches: written(z.array(branchSchema)).describe('The branches, each of which gets every event.'),
  channelTemplate: channelTemplateSchema
    .exactOptional()
    .describe('What kind of channels the branches have. Default: as default-ch-webhook says.'),
  reply: destinationSchema.exactOptional().describe('Who gets the answers of branches that do not say it themselves.')
})

export const parallelStatusSchema = statusSchema.extend({
  ...addressStatusFields,
  ...authStatusFields,
  ...policiesStatusFields,
  branchStatuses: z
    .array(
      z.object({
        filterChannelStatus: channelChildSchema.exactOptional().describe('The channel behind the filter.'),
        filterSubscriptionStatus: subscriptionChildSchema.exactOptional().describe('The Subscription of the filter.'),
        subscriberSubscriptionStatus: subscriptionChildSchema.exactOptional().describe('The Subscription of the subscriber.')
      })
    )
    .exactOptional()
    .describe('The state of each branch.'),
  ingressChannelStatus: channelChildSchema.exactOptional().describe('The channel that takes events in.')
})

/** One branch of a Parallel. */
export type ParallelBranch = z.infer<typeof branchSchema>
/** The spec of a Parallel. */
export type ParallelSpec = z.infer<typeof parallelSpecSchema>
/** The status of a Parallel. */
export type ParallelStatus = z.infer<typeof parallelStatusSchema>
