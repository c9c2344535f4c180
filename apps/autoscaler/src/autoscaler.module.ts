import { Module } from '@nestjs/common'
import { LOG, METRICS, OBSERVABILITY, PARTS } from '@knative-ts/host'
import { readEnvironment } from '@knative-ts/host/environment'
import { autoscalerEnvironment, type AutoscalerEnvironment } from './autoscaler.config.ts'
import { autoscalerParts } from './autoscaler.parts.ts'

const ENVIRONMENT = Symbol('ENVIRONMENT')

@Module({
  providers: [
    { provide: ENVIRONMENT, useFactory: (): AutoscalerEnvironment => readEnvironment(autoscalerEnvironment) },
    { provide: PARTS, inject: [ENVIRONMENT, LOG, METRICS, OBSERVABILITY], useFactory: autoscalerParts }
  ]
})
export class AutoscalerModule {}
