import { z } from 'zod'
import { int32, open, word } from '../schema/wire.ts'
import { destinationSchema } from './destination.schema.ts'

/** Knative's duck type DeliverySpec. Unknown fields stay, so that the webhook can name them. */
export const deliverySchema = open(
  z.object({
    backoffDelay: z.string().exactOptional().describe('The delay before a retry (ISO 8601, PT0.2S), to which backoffPolicy applies.'),
    backoffPolicy: word<'linear' | 'exponential'>()
      .exactOptional()
      .describe('How the delay grows: linear (delay times the number of retries), exponential (delay times two to that power).'),
    deadLetterSink: destinationSchema.exactOptional().describe('Who gets events that could not be delivered.'),
    format: word<'json' | 'binary'>()
      .exactOptional()
      .describe('How events are sent: json (structured), binary, or as they came (only in Triggers).'),
    retry: int32().exactOptional().describe('How many times a delivery is tried again before the event goes to the dead letter sink.'),
    retryAfterMax: z
      .string()
      .exactOptional()
      .describe('The longest Retry-After of a receiver that is heeded (ISO 8601; feature delivery-retryafter).'),
    timeout: z.string().exactOptional().describe('How long one attempt may take (ISO 8601).')
  })
)

/** How events are delivered, and who gets what could not be. */
export type DeliverySpec = z.infer<typeof deliverySchema>

/** The resolved dead letter sink, part of a status. */
export const deliveryStatusFields = {
  deadLetterSinkAudience: z.string().exactOptional().describe('The audience of the dead letter sink.'),
  deadLetterSinkCACerts: z.string().exactOptional().describe('Certificates (PEM) of the dead letter sink.'),
  deadLetterSinkUri: z.string().exactOptional().describe('The URL of the dead letter sink.')
}
