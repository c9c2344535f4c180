import { z } from 'zod'
import { statusSchema } from '../../conditions/condition.schema.ts'
import { authStatusFields } from '../../duck/addressable.schema.ts'
import { deliverySchema, deliveryStatusFields } from '../../duck/delivery.schema.ts'
import { destinationSchema } from '../../duck/destination.schema.ts'
import { filterSchema } from '../../duck/filter.schema.ts'
import { referenceSchema } from '../../duck/reference.schema.ts'
import { open, stringMap, written } from '../../schema/wire.ts'

/** Unknown fields stay, so that the webhook can name them. */
export const triggerSpecSchema = open(
  z.object({
    broker: z.string().exactOptional().describe('The Broker in the same namespace whose events are sent.'),
    brokerRef: referenceSchema.exactOptional().describe('The Broker, perhaps in another namespace (feature cross-namespace-event-links).'),
    delivery: deliverySchema.exactOptional().describe('How events are delivered. Default: as the Broker says, as a whole.'),
    filter: z
      .object({
        attributes: stringMap()
          .exactOptional()
          .describe('Attributes that have exactly these values; an empty value stands for any that is not empty.')
      })
      .exactOptional()
      .describe('Which events pass. Not looked at when there are filters.'),
    filters: z.array(filterSchema).exactOptional().describe('Which events pass: those that pass all of these filters.'),
    subscriber: written(destinationSchema).describe('Who gets the events.')
  })
)

export const triggerStatusSchema = statusSchema.extend({
  ...authStatusFields,
  ...deliveryStatusFields,
  subscriberAudience: z.string().exactOptional().describe('The audience of the subscriber.'),
  subscriberCACerts: z.string().exactOptional().describe('Certificates (PEM) of the subscriber.'),
  subscriberUri: z.string().exactOptional().describe('The URL of the subscriber.')
})

/** The spec of a Trigger. */
export type TriggerSpec = z.infer<typeof triggerSpecSchema>
/** The status of a Trigger. */
export type TriggerStatus = z.infer<typeof triggerStatusSchema>
