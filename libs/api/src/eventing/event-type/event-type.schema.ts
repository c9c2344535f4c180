import { z } from 'zod'
import { statusSchema } from '../../conditions/condition.schema.ts'
import { addressedReferenceSchema } from '../../duck/reference.schema.ts'
import { written } from '../../schema/wire.ts'

const reference = addressedReferenceSchema.exactOptional().describe('Who hands the events on: a Broker, a Channel, or another object.')
const description = z.string().exactOptional().describe('What the events are about.')

/** v1beta2, which is stored, and v1beta1. */
export const eventTypeSpecSchema = z.object({
  broker: z.string().exactOptional().describe('Deprecated: the Broker that hands the events on. Use reference.'),
  description,
  reference,
  schema: z.string().exactOptional().describe('A URL of the schema of the data.'),
  schemaData: z.string().exactOptional().describe('Deprecated: the schema of the data.'),
  source: z.string().exactOptional().describe('The source of the events.'),
  type: written(z.string()).describe('The type of the events.')
})

export const eventTypeV1beta3SpecSchema = z.object({
  attributes: z
    .array(
      z.object({
        name: z.string().describe('The name of the attribute.'),
        required: written(z.boolean()).describe('Whether each event has it.'),
        value: z.string().exactOptional().describe('Its value; parts in braces stand for anything.')
      })
    )
    .exactOptional()
    .describe('The attributes of the events.'),
  description,
  reference
})

export const eventTypeStatusSchema = statusSchema

/** The spec of an EventType (v1beta2, v1beta1). */
export type EventTypeSpec = z.infer<typeof eventTypeSpecSchema>
/** The spec of an EventType in v1beta3. */
export type EventTypeV1beta3Spec = z.infer<typeof eventTypeV1beta3SpecSchema>
/** The status of an EventType, in all versions. */
export type EventTypeStatus = z.infer<typeof eventTypeStatusSchema>
