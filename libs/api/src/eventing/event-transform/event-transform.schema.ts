import { z } from 'zod'
import { statusSchema } from '../../conditions/condition.schema.ts'
import { addressStatusFields, policiesStatusFields } from '../../duck/addressable.schema.ts'
import { destinationSchema } from '../../duck/destination.schema.ts'
import { addressedReferenceSchema } from '../../duck/reference.schema.ts'
import { sourceStatusFields } from '../../duck/source.schema.ts'
import { preserved, written } from '../../schema/wire.ts'
import type { DeploymentStatus } from '../../kubernetes/index.ts'

const jsonata = z
  .object({ expression: written(z.string()).describe('A JSONata expression over the event as JSON; its result is an event.') })
  .exactOptional()

export const eventTransformSpecSchema = z.object({
  jsonata: jsonata.describe('Transforms by a JSONata expression.'),
  reply: z
    .object({
      discard: z.boolean().exactOptional().describe('Drops the answer of the sink.'),
      jsonata: jsonata.describe('Transforms the answer of the sink.')
    })
    .exactOptional()
    .describe('What becomes of the answer of the sink.'),
  sink: destinationSchema
    .extend({ ref: addressedReferenceSchema.exactOptional().describe('An object that has an address, or a Kubernetes Service.') })
    .exactOptional()
    .describe('Where the result goes to. Default: the answer to who sent the event.')
})

export const eventTransformStatusSchema = statusSchema.extend({
  ...sourceStatusFields,
  ...addressStatusFields,
  ...policiesStatusFields,
  jsonata: z
    .object({ deployment: preserved<DeploymentStatus>('The Deployment that transforms.').exactOptional() })
    .exactOptional()
    .describe('The state of the transformation.')
})

/** The spec of an EventTransform. */
export type EventTransformSpec = z.infer<typeof eventTransformSpecSchema>
/** The status of an EventTransform. */
export type EventTransformStatus = z.infer<typeof eventTransformStatusSchema>
