import { startRole } from '@knative-ts/host'
import { roleTelemetry } from '@knative-ts/host/telemetry'
import { AutoscalerModule } from './autoscaler.module.ts'

await startRole({ name: 'autoscaler', module: AutoscalerModule, telemetry: roleTelemetry('autoscaler') })
