import { Module } from '@nestjs/common'
import { LOG, METRICS, OBSERVABILITY, PARTS } from '@knative-ts/host'
import { readEnvironment } from '@knative-ts/host/environment'
import { gatewayEnvironment, type GatewayEnvironment } from './gateway.config.ts'
import { gatewayParts } from './gateway.parts.ts'

const ENVIRONMENT = Symbol('ENVIRONMENT')

@Module({
  providers: [
    { provide: ENVIRONMENT, useFactory: (): GatewayEnvironment => readEnvironment(gatewayEnvironment) },
    { provide: PARTS, inject: [ENVIRONMENT, LOG, OBSERVABILITY, METRICS], useFactory: gatewayParts }
  ]
})
export class GatewayModule {}
