import { z } from 'zod'
import { statusSchema } from '../../conditions/condition.schema.ts'
import { authStatusFields } from '../../duck/addressable.schema.ts'
import { deliverySchema, deliveryStatusFields } from '../../duck/delivery.schema.ts'
import { destinationSchema, fullDestinationSchema } from '../../duck/destination.schema.ts'
import { fullReferenceSchema } from '../../duck/reference.schema.ts'
import { open, written } from '../../schema/wire.ts'

export const subscriptionSpecSchema = z.object({
  channel: written(open(fullReferenceSchema)).describe(
    'The channel in the same namespace whose events are sent: a Channel, or any kind of channel.'
  ),
  delivery: deliverySchema.exactOptional().describe('How events are delivered. Default: as the channel says.'),
  reply: destinationSchema.exactOptional().describe('Who gets the answers of the subscriber. Default: nobody.'),
  subscriber: fullDestinationSchema
    .extend({ ref: open(fullReferenceSchema).exactOptional().describe('An object that has an address, or a Kubernetes Service.') })
    .exactOptional()
    .describe('Who gets the events.')
})

export const subscriptionStatusSchema = statusSchema.extend({
  ...authStatusFields,
  physicalSubscription: z
    .object({
      ...deliveryStatusFields,
      replyAudience: z.string().exactOptional().describe('The audience of who gets the answers.'),
      replyCACerts: z.string().exactOptional().describe('Certificates (PEM) of who gets the answers.'),
      replyUri: z.string().exactOptional().describe('The URL of who gets the answers.'),
      subscriberAudience: z.string().exactOptional().describe('The audience of the subscriber.'),
      subscriberCACerts: z.string().exactOptional().describe('Certificates (PEM) of the subscriber.'),
      subscriberUri: z.string().exactOptional().describe('The URL of the subscriber.')
    })
    .exactOptional()
    .describe('What the references lead to.')
})

/** The spec of a Subscription. */
export type SubscriptionSpec = z.infer<typeof subscriptionSpecSchema>
/** The status of a Subscription. */
export type SubscriptionStatus = z.infer<typeof subscriptionStatusSchema>
