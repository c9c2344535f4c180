import { z } from 'zod'
import { statusSchema } from '../../conditions/condition.schema.ts'
import { addressStatusFields, policiesStatusFields } from '../../duck/addressable.schema.ts'
import { deliverySchema } from '../../duck/delivery.schema.ts'
import { fullReferenceSchema, type KReference } from '../../duck/reference.schema.ts'
import { int32, written } from '../../schema/wire.ts'

/** The Broker is beside the object: no namespace. */
const brokerReference: z.ZodType<KReference> = fullReferenceSchema.omit({ address: true, group: true, namespace: true })

export const requestReplySpecSchema = z.object({
  brokerRef: written(brokerReference).describe('The Broker in the same namespace that the events go to.'),
  correlationAttribute: z.string().exactOptional().describe('The extension that marks the request. Default: correlationid.'),
  delivery: deliverySchema.exactOptional().describe('How replies are delivered.'),
  replyAttribute: z.string().exactOptional().describe('The extension of a reply that holds the mark of its request. Default: replyid.'),
  timeout: z.string().exactOptional().describe('How long a reply is waited for (ISO 8601). Default: as config-features says.')
})

export const requestReplyStatusSchema = statusSchema.extend({
  ...addressStatusFields,
  ...policiesStatusFields,
  desiredReplicas: int32().exactOptional().describe('How many replicas wait for replies.'),
  readyReplicas: int32().exactOptional().describe('How many of them are reached.')
})

/** The spec of a RequestReply. */
export type RequestReplySpec = z.infer<typeof requestReplySpecSchema>
/** The status of a RequestReply. */
export type RequestReplyStatus = z.infer<typeof requestReplyStatusSchema>
