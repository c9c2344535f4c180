import type { Observability, Part } from '@knative-ts/host'
import type { LazyMetrics } from '@knative-ts/host/metrics'
import { connect, loadClusterConfig } from '@knative-ts/kube'
import type { Log } from '@knative-ts/telemetry/logger'
import { createWebhook } from './webhook.ts'
import { exposeReviews } from './webhook.metrics.ts'
import type { WebhookEnvironment } from './webhook.config.ts'

/** What the webhook role runs. */
export async function webhookParts(
  environment: WebhookEnvironment,
  log: Log,
  metrics: LazyMetrics,
  observability: Observability
): Promise<Part[]> {
  const client = connect(await loadClusterConfig())
  const webhook = createWebhook(client, environment, log, (config) => observability.apply(config))
  metrics.onLoad((loaded) => exposeReviews(webhook, loaded))
  return [
    {
      name: 'admission',
      start: async () => {
        await webhook.start()
      },
      unready: () => webhook.unready(),
      drain: () => webhook.drain(),
      stop: async () => {
        await webhook.stop()
        client.close()
      }
    }
  ]
}
