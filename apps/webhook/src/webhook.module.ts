import { Module } from '@nestjs/common'
import { LOG, METRICS, OBSERVABILITY, PARTS } from '@knative-ts/host'
import { readEnvironment } from '@knative-ts/host/environment'
import { webhookEnvironment, type WebhookEnvironment } from './webhook.config.ts'
import { webhookParts } from './webhook.parts.ts'

const ENVIRONMENT = Symbol('ENVIRONMENT')

@Module({
  providers: [
    { provide: ENVIRONMENT, useFactory: (): WebhookEnvironment => readEnvironment(webhookEnvironment) },
    { provide: PARTS, inject: [ENVIRONMENT, LOG, METRICS, OBSERVABILITY], useFactory: webhookParts }
  ]
})
export class WebhookModule {}
