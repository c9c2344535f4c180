import { Module } from '@nestjs/common'
import { LOG, METRICS, OBSERVABILITY, PARTS } from '@knative-ts/host'
import { readEnvironment } from '@knative-ts/host/environment'
import { activatorEnvironment, type ActivatorEnvironment } from './activator.config.ts'
import { activatorParts } from './activator.parts.ts'

const ENVIRONMENT = Symbol('ENVIRONMENT')

@Module({
  providers: [
    { provide: ENVIRONMENT, useFactory: (): ActivatorEnvironment => readEnvironment(activatorEnvironment) },
    { provide: PARTS, inject: [ENVIRONMENT, LOG, METRICS, OBSERVABILITY], useFactory: activatorParts }
  ]
})
export class ActivatorModule {}
