import { z } from 'zod'

const milliseconds = (fallback: number) => z.coerce.number().int().min(0).default(fallback)

/** The environment of the webhook. */
export const webhookEnvironment = z.object({
  /** Whose kinds are admitted. */
  WEBHOOK_GROUP: z.enum(['serving', 'eventing']).default('serving'),
  /** Which namespaces and objects SinkBindings reach: all that are not excluded by a label, or those that are included by one (upstream's name). */
  SINK_BINDING_SELECTION_MODE: z.enum(['exclusion', 'inclusion']).default('exclusion'),
  SYSTEM_NAMESPACE: z.string().default('knative-serving'),
  /** No DomainMapping may be of a name inside the cluster. */
  CLUSTER_DOMAIN: z.string().default('cluster.local'),
  /** The Service that leads here: the certificate is made for its names. */
  WEBHOOK_NAME: z.string().default('webhook'),
  WEBHOOK_PORT: z.coerce.number().int().min(0).max(65_535).default(8443),
  WEBHOOK_HOST: z.string().default('0.0.0.0'),
  /** The Secret that replicas share the certificate in: that of the Service's name with `-certs` unless said. */
  WEBHOOK_SECRET_NAME: z.string().optional(),
  /** Milliseconds between telling the API server of a new authority and serving with a certificate of it. */
  CERTIFICATE_SETTLE_MS: milliseconds(10_000),
  /** Milliseconds without a request after which a webhook that was told to end does so. */
  DRAIN_QUIET_MS: milliseconds(2_000),
  /** Milliseconds after which it ends all the same. */
  DRAIN_AT_MOST_MS: milliseconds(45_000)
})

export type WebhookEnvironment = z.infer<typeof webhookEnvironment>
