import { z } from 'zod'
import { statusSchema } from '../../conditions/condition.schema.ts'
import { addressStatusFields, policiesStatusFields } from '../../duck/addressable.schema.ts'
import { connectorAuthSchema, s3Schema, snsSchema, sqsSchema } from '../../duck/aws.schema.ts'

const show = (by: boolean, description: string) => z.boolean().default(by).describe(description)

const logSchema = z.object({
  level: z.string().default('INFO').describe('The level: TRACE, DEBUG, INFO, WARN, ERROR or OFF.'),
  logMask: show(false, 'Hides secrets.'),
  loggerName: z.string().default('log-sink').describe('The name of the logger.'),
  marker: z.string().exactOptional().describe('A marker.'),
  multiline: show(false, 'A line for each part.'),
  showAllProperties: show(false, 'Shows all properties.'),
  showBody: show(true, 'Shows the data.'),
  showBodyType: show(true, 'Shows the type of the data.'),
  showCachedStreams: show(true, 'Shows streams that are cached.'),
  showExchangePattern: show(true, 'Shows the pattern of the exchange.'),
  showHeaders: show(false, 'Shows the headers.'),
  showProperties: show(false, 'Shows the properties.'),
  showStreams: show(false, 'Shows streams.')
})

export const integrationSinkSpecSchema = z.object({
  aws: z
    .object({
      auth: connectorAuthSchema.exactOptional().describe('How the sink proves who it is.'),
      s3: s3Schema.exactOptional().describe('An S3 bucket.'),
      sns: snsSchema.exactOptional().describe('An SNS topic.'),
      sqs: sqsSchema.exactOptional().describe('An SQS queue.')
    })
    .exactOptional()
    .describe('A service of AWS.'),
  log: logSchema.exactOptional().describe('A log.')
})

export const integrationSinkStatusSchema = statusSchema.extend({ ...addressStatusFields, ...policiesStatusFields })

/** The spec of an IntegrationSink. */
export type IntegrationSinkSpec = z.infer<typeof integrationSinkSpecSchema>
/** The status of an IntegrationSink. */
export type IntegrationSinkStatus = z.infer<typeof integrationSinkStatusSchema>
