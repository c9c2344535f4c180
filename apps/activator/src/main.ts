import { startRole } from '@knative-ts/host'
import { roleTelemetry } from '@knative-ts/host/telemetry'
import { ActivatorModule } from './activator.module.ts'

await startRole({ name: 'activator', module: ActivatorModule, telemetry: roleTelemetry('activator') })
