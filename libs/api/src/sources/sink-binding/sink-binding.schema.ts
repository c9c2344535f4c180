import { z } from 'zod'
import { statusSchema } from '../../conditions/condition.schema.ts'
import { sourceSpecFields, sourceStatusFields } from '../../duck/source.schema.ts'
import type { LabelSelector } from '../../kubernetes/index.ts'
import { preserved, written } from '../../schema/wire.ts'

export const subjectSchema = z.object({
  apiVersion: z.string().exactOptional().describe('The API version of the objects.'),
  kind: z.string().exactOptional().describe('The kind of the objects: any with a pod template.'),
  name: z.string().exactOptional().describe('The name of the object.'),
  namespace: z.string().exactOptional().describe('The namespace of the objects: that of the binding.'),
  selector: preserved<LabelSelector>('The objects, by their labels, in place of the name.').exactOptional()
})

export const sinkBindingSpecSchema = z.object({
  ...sourceSpecFields,
  subject: written(subjectSchema).describe('Whose containers are told where events go to.')
})

export const sinkBindingStatusSchema = statusSchema.extend({
  ...sourceStatusFields,
  oidcTokenSecretName: z.string().exactOptional().describe('The Secret with the token that is mounted (OIDC).')
})

/** Objects by name or labels. */
export type BindingSubject = z.infer<typeof subjectSchema>
/** The spec of a SinkBinding. */
export type SinkBindingSpec = z.infer<typeof sinkBindingSpecSchema>
/** The status of a SinkBinding. */
export type SinkBindingStatus = z.infer<typeof sinkBindingStatusSchema>
