import { z } from 'zod'
import { statusSchema } from '../../conditions/condition.schema.ts'
import { sourceSpecFields, sourceStatusFields } from '../../duck/source.schema.ts'

export const pingSourceSpecSchema = z.object({
  ...sourceSpecFields,
  contentType: z.string().exactOptional().describe('The media type of the data.'),
  data: z.string().exactOptional().describe('The data of each event.'),
  dataBase64: z.string().exactOptional().describe('The data of each event, in base64.'),
  schedule: z
    .string()
    .exactOptional()
    .describe('When events are sent, as of cron: five fields, or six with seconds first, or @hourly and so on. Default: every minute.'),
  timezone: z.string().exactOptional().describe('The zone of the schedule (IANA, as Europe/Berlin). Default: UTC.')
})

export const pingSourceStatusSchema = statusSchema.extend(sourceStatusFields)

/** The spec of a PingSource. */
export type PingSourceSpec = z.infer<typeof pingSourceSpecSchema>
/** The status of a PingSource. */
export type PingSourceStatus = z.infer<typeof pingSourceStatusSchema>
