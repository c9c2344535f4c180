import { startRole } from '@knative-ts/host'
import { roleTelemetry } from '@knative-ts/host/telemetry'
import { SourceModule } from './source.module.ts'

await startRole({ name: 'source', module: SourceModule, telemetry: roleTelemetry('source') })
