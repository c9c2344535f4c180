import { z } from 'zod'
import { statusSchema } from '../../conditions/condition.schema.ts'
import { revisionTemplateSchema } from '../revision/revision.schema.ts'

export const configurationSpecSchema = z.object({
  template: revisionTemplateSchema.exactOptional().describe('What the next revision is made of.')
})

export const configurationStatusSchema = statusSchema.extend({
  latestCreatedRevisionName: z.string().exactOptional().describe('The last revision that was created.'),
  latestReadyRevisionName: z.string().exactOptional().describe('The newest revision that became ready.')
})

/** The spec of a Configuration. */
export type ConfigurationSpec = z.infer<typeof configurationSpecSchema>
/** The status of a Configuration. */
export type ConfigurationStatus = z.infer<typeof configurationStatusSchema>
