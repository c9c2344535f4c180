import { Module } from '@nestjs/common'
import { LOG, METRICS, OBSERVABILITY, PARTS } from '@knative-ts/host'
import { readEnvironment } from '@knative-ts/host/environment'
import { sourceEnvironment, type SourceEnvironment } from './source.config.ts'
import { sourceParts } from './source.parts.ts'

const ENVIRONMENT = Symbol('ENVIRONMENT')

@Module({
  providers: [
    { provide: ENVIRONMENT, useFactory: (): SourceEnvironment => readEnvironment(sourceEnvironment) },
    { provide: PARTS, inject: [ENVIRONMENT, LOG, METRICS, OBSERVABILITY], useFactory: sourceParts }
  ]
})
export class SourceModule {}
