import { z } from 'zod'
import { statusSchema } from '../../conditions/condition.schema.ts'
import { filterSchema } from '../../duck/filter.schema.ts'
import { sourceSpecFields, sourceStatusFields } from '../../duck/source.schema.ts'
import type { LabelSelector } from '../../kubernetes/index.ts'
import { open, preserved, word, written } from '../../schema/wire.ts'

/** Unknown fields stay, so that the webhook can name them. */
export const apiServerSourceSpecSchema = open(
  z.object({
    ...sourceSpecFields,
    filters: z
      .array(filterSchema)
      .exactOptional()
      .describe('Which events are sent: those that pass all of these filters (feature new-apiserversource-filters).'),
    mode: word<'Reference' | 'Resource'>()
      .exactOptional()
      .describe('What events carry: a reference to the object (Reference, the default), or the object (Resource).'),
    namespaceSelector: preserved<LabelSelector>(
      'The namespaces that are watched, by their labels. Default: that of the source.'
    ).exactOptional(),
    owner: z
      .object({
        apiVersion: z.string().exactOptional().describe('The API version of the owner.'),
        kind: z.string().exactOptional().describe('The kind of the owner.')
      })
      .exactOptional()
      .describe('Only objects that are controlled by an owner of this kind.'),
    resources: z
      .array(
        z.object({
          apiVersion: z.string().exactOptional().describe('The API version of the objects.'),
          kind: z.string().exactOptional().describe('The kind of the objects.'),
          selector: preserved<LabelSelector>('The objects, by their labels. Default: all.').exactOptional()
        })
      )
      .describe('The kinds of objects that are watched.'),
    serviceAccountName: z.string().exactOptional().describe('The ServiceAccount that watches. Default: default.')
  })
)

export const apiServerSourceStatusSchema = statusSchema.extend({
  ...sourceStatusFields,
  namespaces: written(z.array(z.string())).describe('The namespaces that are watched.')
})

/** The spec of an ApiServerSource. */
export type ApiServerSourceSpec = z.infer<typeof apiServerSourceSpecSchema>
/** The status of an ApiServerSource. */
export type ApiServerSourceStatus = z.infer<typeof apiServerSourceStatusSchema>
