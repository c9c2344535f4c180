import type { Part } from '@knative-ts/host'
import { connect, loadClusterConfig } from '@knative-ts/kube'
import type { Log } from '@knative-ts/telemetry/logger'
import { createWebhook } from './webhook.ts'
import type { WebhookEnvironment } from './webhook.config.ts'

/** What the webhook role runs. */
export async function webhookParts(environment: WebhookEnvironment, log: Log): Promise<Part[]> {
  const client = connect(await loadClusterConfig())
  const webhook = createWebhook(client, environment, log)
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
