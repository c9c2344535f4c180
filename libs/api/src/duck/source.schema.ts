import { z } from 'zod'
import { stringMap, written } from '../schema/wire.ts'
import { authStatusFields } from './addressable.schema.ts'
import { destinationSchema } from './destination.schema.ts'

/** Attributes that a source adds to its events. */
export const overridesSchema = z.object({
  extensions: stringMap().exactOptional().describe('Extension attributes that are added to each event, or replaced in it.')
})

/** Knative's duck type Source, part of a spec. */
export const sourceSpecFields = {
  ceOverrides: overridesSchema.exactOptional().describe('What is changed in the events before they are sent.'),
  sink: written(destinationSchema).describe('Where the events go to.')
}

/** Knative's duck type Source, part of a status. */
export const sourceStatusFields = {
  ...authStatusFields,
  ceAttributes: z
    .array(
      z.object({
        source: z.string().exactOptional().describe('The source of the events.'),
        type: z.string().exactOptional().describe('The type of the events.')
      })
    )
    .exactOptional()
    .describe('The events that are sent.'),
  sinkAudience: z.string().exactOptional().describe('The audience of the sink.'),
  sinkCACerts: z.string().exactOptional().describe('Certificates (PEM) of the sink.'),
  sinkUri: z.string().exactOptional().describe('The URL of the sink.')
}

/** Attributes that a source adds to its events. */
export type CloudEventOverrides = z.infer<typeof overridesSchema>
