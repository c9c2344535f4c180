import { Module } from '@nestjs/common'
import { LOG, METRICS, OBSERVABILITY, PARTS } from '@knative-ts/host'
import { readEnvironment } from '@knative-ts/host/environment'
import { brokerEnvironment, type BrokerEnvironment } from './broker.config.ts'
import { brokerParts } from './broker.parts.ts'

const ENVIRONMENT = Symbol('ENVIRONMENT')

@Module({
  providers: [
    { provide: ENVIRONMENT, useFactory: (): BrokerEnvironment => readEnvironment(brokerEnvironment) },
    { provide: PARTS, inject: [ENVIRONMENT, LOG, METRICS, OBSERVABILITY], useFactory: brokerParts }
  ]
})
export class BrokerModule {}
