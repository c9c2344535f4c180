import { startRole } from '@knative-ts/host'
import { roleTelemetry } from '@knative-ts/host/telemetry'
import { GatewayModule } from './gateway.module.ts'

await startRole({ name: 'gateway', module: GatewayModule, telemetry: roleTelemetry('gateway') })
