import { z } from 'zod'
import { statusSchema } from '../../conditions/condition.schema.ts'
import { addressStatusFields, policiesStatusFields } from '../../duck/addressable.schema.ts'
import { deliverySchema, deliveryStatusFields } from '../../duck/delivery.schema.ts'
import { referenceSchema } from '../../duck/reference.schema.ts'

export const brokerSpecSchema = z.object({
  config: referenceSchema
    .exactOptional()
    .describe('What configures a Broker of its class: for MTChannelBasedBroker a ConfigMap with the template of its channel.'),
  delivery: deliverySchema.exactOptional().describe('How events are delivered by Triggers that do not say it themselves.')
})

export const brokerStatusSchema = statusSchema.extend({ ...addressStatusFields, ...deliveryStatusFields, ...policiesStatusFields })

/** The spec of a Broker. */
export type BrokerSpec = z.infer<typeof brokerSpecSchema>
/** The status of a Broker. */
export type BrokerStatus = z.infer<typeof brokerStatusSchema>
