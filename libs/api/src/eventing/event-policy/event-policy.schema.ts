import { z } from 'zod'
import { statusSchema } from '../../conditions/condition.schema.ts'
import { filterSchema } from '../../duck/filter.schema.ts'
import { stringMap } from '../../schema/wire.ts'

const objectFields = {
  apiVersion: z.string().exactOptional().describe('The API version of the object.'),
  kind: z.string().exactOptional().describe('The kind of the object.'),
  name: z.string().exactOptional().describe('The name of the object.')
}

const selectorSchema = z.object({
  apiVersion: z.string().exactOptional().describe('The API version of the objects.'),
  kind: z.string().exactOptional().describe('The kind of the objects.'),
  matchExpressions: z
    .array(
      z.object({
        key: z.string().describe('The label.'),
        operator: z.string().describe('In, NotIn, Exists or DoesNotExist.'),
        values: z.array(z.string()).exactOptional().describe('The values.')
      })
    )
    .exactOptional()
    .describe('Conditions on labels; all hold.'),
  matchLabels: stringMap().exactOptional().describe('Labels that the objects have.')
})

export const eventPolicySpecSchema = z.object({
  filters: z.array(filterSchema).exactOptional().describe('Which events may be sent: those that pass all of these filters.'),
  from: z
    .array(
      z.object({
        ref: z
          .object({ ...objectFields, namespace: z.string().exactOptional().describe('The namespace of the object.') })
          .exactOptional()
          .describe('An object that sends under an identity of its own.'),
        sub: z.string().exactOptional().describe('The subject of a token; a star at the end stands for anything.')
      })
    )
    .exactOptional()
    .describe('Who may send.'),
  to: z
    .array(
      z.object({
        ref: z.object(objectFields).exactOptional().describe('An object in the same namespace.'),
        selector: selectorSchema.exactOptional().describe('Objects in the same namespace, by kind and labels.')
      })
    )
    .exactOptional()
    .describe('What may be sent to. Default: everything in the namespace.')
})

export const eventPolicyStatusSchema = statusSchema.extend({
  from: z.array(z.string()).exactOptional().describe('The subjects that may send.')
})

/** The spec of an EventPolicy. */
export type EventPolicySpec = z.infer<typeof eventPolicySpecSchema>
/** The status of an EventPolicy. */
export type EventPolicyStatus = z.infer<typeof eventPolicyStatusSchema>
