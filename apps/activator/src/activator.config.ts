import { z } from 'zod'

const port = (fallback: number) => z.coerce.number().int().min(0).max(65_535).default(fallback)
const atLeastOne = z.coerce.number().int().min(1).optional()
const milliseconds = (fallback: number) => z.coerce.number().int().min(0).default(fallback)

/** The environment of the activator. */
export const activatorEnvironment = z.object({
  POD_NAME: z.string(),
  POD_IP: z.string(),
  SYSTEM_NAMESPACE: z.string().default('knative-serving'),
  /** Holds `token`, by which autoscalers know us. */
  KUBERNETES_SERVICEACCOUNT_DIRECTORY: z.string().default('/var/run/secrets/kubernetes.io/serviceaccount'),
  CLUSTER_DOMAIN: z.string().default('cluster.local'),
  /** Both ports take HTTP/1.1 and HTTP/2. */
  HTTP_PORT: port(8012),
  H2C_PORT: port(8013),
  /** The same over TLS, where `system-internal-tls` is on. */
  HTTPS_PORT: port(8112),
  /** Milliseconds without any autoscaler after which health fails: a restart of the autoscaler is shorter. */
  STATS_PATIENCE_MS: milliseconds(2_000),
  /** After SIGTERM: milliseconds without an open request after which nothing more is expected. */
  DRAIN_IDLE_MS: milliseconds(1_000),
  /** After SIGTERM: milliseconds without a new request after which none is expected, though some are still open. */
  DRAIN_ACCEPT_MS: milliseconds(45_000),
  /** After SIGTERM: milliseconds for which requests are served at most; what is open then gets as long again up to the pod's grace period. */
  DRAIN_DEADLINE_MS: milliseconds(290_000),
  /** Bytes that all held requests may cost together; by default a share of the memory limit (limits-of.ts). */
  HELD_BYTES: atLeastOne,
  /** Bytes that those of one revision may cost; by default half of the total. */
  HELD_BYTES_PER_REVISION: atLeastOne,
  /** Requests that may be open, held or running, on both listeners together; by default by the memory limit. */
  MAX_REQUESTS: z.coerce.number().int().min(2).optional(),
  /** Open connections of one listener; by default by the memory limit. */
  MAX_CONNECTIONS: atLeastOne,
  /** `1`: log the times of each request. */
  ACTIVATOR_TIMINGS: z.enum(['0', '1']).default('0')
})

export type ActivatorEnvironment = z.infer<typeof activatorEnvironment>
