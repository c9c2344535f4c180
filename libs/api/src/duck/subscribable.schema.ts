import { z } from 'zod'
import { int64, open, word } from '../schema/wire.ts'
import { authStatusFields } from './addressable.schema.ts'
import { deliverySchema } from './delivery.schema.ts'

/** One subscriber of a channel, all resolved. */
export const subscriberSpecSchema = open(
  z.object({
    ...authStatusFields,
    delivery: deliverySchema.exactOptional().describe('How events are delivered; the dead letter sink is resolved.'),
    generation: int64().exactOptional().describe('The generation of the Subscription that this entry was made of.'),
    name: z.string().exactOptional().describe('The name of the Subscription.'),
    replyAudience: z.string().exactOptional().describe('The audience of who gets the answers.'),
    replyCACerts: z.string().exactOptional().describe('Certificates (PEM) of who gets the answers.'),
    replyUri: z.string().exactOptional().describe('Who gets the answers.'),
    subscriberAudience: z.string().exactOptional().describe('The audience of the subscriber.'),
    subscriberCACerts: z.string().exactOptional().describe('Certificates (PEM) of the subscriber.'),
    subscriberUri: z.string().exactOptional().describe('Who gets the events.'),
    uid: z.string().exactOptional().describe('The identity of the Subscription.')
  })
)

/** What a channel says about one of its subscribers. */
export const subscriberStatusSchema = z.object({
  ...authStatusFields,
  message: z.string().exactOptional().describe('Why the subscriber is not ready.'),
  observedGeneration: int64().exactOptional().describe('The generation of the Subscription that is served.'),
  ready: word<'True' | 'False' | 'Unknown'>().exactOptional().describe('Whether events reach the subscriber.'),
  uid: z.string().exactOptional().describe('The identity of the Subscription.')
})

/** Part of the spec of a channel. */
export const subscribableSpecFields = {
  subscribers: z.array(subscriberSpecSchema).exactOptional().describe('Who gets the events. Kept by the controller from Subscriptions.')
}

/** Part of the status of a channel. */
export const subscribableStatusFields = {
  subscribers: z.array(subscriberStatusSchema).exactOptional().describe('The state of each subscriber.')
}

/** One subscriber of a channel. */
export type SubscriberSpec = z.infer<typeof subscriberSpecSchema>
/** The state of one subscriber. */
export type SubscriberStatus = z.infer<typeof subscriberStatusSchema>
