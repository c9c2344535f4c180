import { startRole } from '@knative-ts/host'
import { lazyMetrics } from '@knative-ts/host/metrics'
import { WebhookModule } from './webhook.module.ts'

await startRole({ name: 'webhook', module: WebhookModule, metrics: lazyMetrics('webhook') })
