import { z } from 'zod'
import { statusSchema } from '../../conditions/condition.schema.ts'
import { connectorAuthSchema, ddbStreamsSchema, s3Schema, sqsSchema } from '../../duck/aws.schema.ts'
import { sourceSpecFields, sourceStatusFields } from '../../duck/source.schema.ts'
import type { PodTemplateSpec } from '../../kubernetes/index.ts'
import { int32, preserved, written } from '../../schema/wire.ts'

const timerSchema = z.object({
  contentType: z.string().default('text/plain').describe('The media type of the message.'),
  message: written(z.string()).describe('The data of each event.'),
  period: int32().default(1000).describe('The time between two events, in milliseconds.'),
  repeatCount: int32().exactOptional().describe('How many events are sent. Default: no end.')
})

export const integrationSourceSpecSchema = z.object({
  ...sourceSpecFields,
  aws: z
    .object({
      auth: connectorAuthSchema.exactOptional().describe('How the source proves who it is.'),
      ddbStreams: ddbStreamsSchema.exactOptional().describe('Changes of a DynamoDB table.'),
      s3: s3Schema.exactOptional().describe('Objects of an S3 bucket.'),
      sqs: sqsSchema.exactOptional().describe('Messages of an SQS queue.')
    })
    .exactOptional()
    .describe('A service of AWS.'),
  template: preserved<PodTemplateSpec>('The pods of the source.').exactOptional(),
  timer: timerSchema.exactOptional().describe('A timer.')
})

export const integrationSourceStatusSchema = statusSchema.extend(sourceStatusFields)

/** The spec of an IntegrationSource. */
export type IntegrationSourceSpec = z.infer<typeof integrationSourceSpecSchema>
/** The status of an IntegrationSource. */
export type IntegrationSourceStatus = z.infer<typeof integrationSourceStatusSchema>
