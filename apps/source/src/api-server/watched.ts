import { z } from 'zod'

/** `K_SOURCE_CONFIG`: what an ApiServerSource watches, as the controller says it (upstream's names). */
export const watchedSchema = z.object({
  namespaces: z.array(z.string()).nullish(),
  allNamespaces: z.boolean().default(false),
  resources: z
    .array(
      z.object({
        gvr: z.object({ Group: z.string(), Version: z.string(), Resource: z.string() }),
        /** Labels, in Kubernetes' text form. */
        selector: z.string().optional()
      })
    )
    .min(1),
  owner: z.object({ apiVersion: z.string().default(''), kind: z.string().default('') }).nullish(),
  mode: z.enum(['Reference', 'Resource']).default('Reference'),
  /** Filters of the Subscriptions API, checked by admission. */
  filters: z.array(z.record(z.string(), z.unknown())).nullish(),
  /** Any watch that fails ends the process. */
  failFast: z.boolean().default(false)
})

export type Watched = z.infer<typeof watchedSchema>
