import { z } from 'zod'
import { overridesSchema } from './sink/overrides.ts'
import { watchedSchema } from './api-server/watched.ts'

const json = <S extends z.ZodType>(schema: S) =>
  z
    .string()
    .transform((text, context): unknown => {
      try {
        return JSON.parse(text)
      } catch (error) {
        context.addIssue({ code: 'custom', message: `is no JSON: ${(error as Error).message}` })
        return z.NEVER
      }
    })
    .pipe(schema)

/** The environment of an adapter, by the kind of its source. Names are upstream's. */
export const sourceEnvironment = z.discriminatedUnion('SOURCE_KIND', [
  z.object({
    SOURCE_KIND: z.literal('ping'),
    POD_NAME: z.string(),
    POD_UID: z.string().default(''),
    SYSTEM_NAMESPACE: z.string().default('knative-eventing'),
    /** Second of the minute from which on SIGTERM waits for the minute's end: another adapter might not be there in time. */
    K_NO_SHUTDOWN_AFTER: z.coerce.number().int().min(0).max(59).default(55)
  }),
  z.object({
    SOURCE_KIND: z.literal('apiserver'),
    NAMESPACE: z.string(),
    NAME: z.string(),
    K_SINK: z.url(),
    K_CA_CERTS: z.string().optional(),
    K_CE_OVERRIDES: json(overridesSchema).optional(),
    K_SOURCE_CONFIG: json(watchedSchema),
    /** The uid of the source: Events about it say whom they mean. */
    K_SOURCE_UID: z.string().optional(),
    K_OBSERVABILITY_CONFIG: json(z.object({ enableSinkEventErrorReporting: z.boolean().default(false) })).optional(),
    /** Milliseconds of one attempt to send. */
    K_SINK_TIMEOUT: z.coerce.number().int().min(1).default(30_000)
  })
])

export type SourceEnvironment = z.infer<typeof sourceEnvironment>
