import { z } from 'zod'

/** The environment of the autoscaler. */
export const autoscalerEnvironment = z.object({
  POD_NAME: z.string(),
  POD_UID: z.string().default('0'),
  SYSTEM_NAMESPACE: z.string().default('knative-serving'),
  /** Port on which activators report. */
  STATS_PORT: z.coerce.number().int().min(0).max(65_535).default(8080),
  STATS_HOST: z.string().default('0.0.0.0')
})

export type AutoscalerEnvironment = z.infer<typeof autoscalerEnvironment>
