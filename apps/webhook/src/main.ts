import { startRole } from '@knative-ts/host'
import { roleTelemetry } from '@knative-ts/host/telemetry'
import { WebhookModule } from './webhook.module.ts'

await startRole({ name: 'webhook', module: WebhookModule, telemetry: roleTelemetry('webhook') })
