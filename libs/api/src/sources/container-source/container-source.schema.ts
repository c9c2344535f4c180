import { z } from 'zod'
import { statusSchema } from '../../conditions/condition.schema.ts'
import { sourceSpecFields, sourceStatusFields } from '../../duck/source.schema.ts'
import type { PodTemplateSpec } from '../../kubernetes/index.ts'
import { preserved, written } from '../../schema/wire.ts'

export const containerSourceSpecSchema = z.object({
  ...sourceSpecFields,
  template: written(preserved<PodTemplateSpec>('The pods that send the events; K_SINK tells them where to.'))
})

export const containerSourceStatusSchema = statusSchema.extend(sourceStatusFields)

/** The spec of a ContainerSource. */
export type ContainerSourceSpec = z.infer<typeof containerSourceSpecSchema>
/** The status of a ContainerSource. */
export type ContainerSourceStatus = z.infer<typeof containerSourceStatusSchema>
