import { z } from 'zod'
import { statusSchema } from '../../conditions/condition.schema.ts'
import { addressStatusFields, policiesStatusFields } from '../../duck/addressable.schema.ts'
import type { Job } from '../../kubernetes/index.ts'
import { preserved } from '../../schema/wire.ts'

export const jobSinkSpecSchema = z.object({
  job: preserved<Partial<Job>>(
    'The Job that runs for each event; the event is the file `event` in the directory that K_EVENT_PATH names.'
  ).exactOptional()
})

export const jobSinkStatusSchema = statusSchema.extend({
  ...addressStatusFields,
  ...policiesStatusFields,
  job: z
    .object({ selector: z.string().exactOptional().describe('The label that the Jobs have.') })
    .exactOptional()
    .describe('The Jobs.')
})

/** The spec of a JobSink. */
export type JobSinkSpec = z.infer<typeof jobSinkSpecSchema>
/** The status of a JobSink. */
export type JobSinkStatus = z.infer<typeof jobSinkStatusSchema>
