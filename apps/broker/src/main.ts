import { startRole } from '@knative-ts/host'
import { roleTelemetry } from '@knative-ts/host/telemetry'
import { BrokerModule } from './broker.module.ts'

await startRole({ name: 'broker', module: BrokerModule, telemetry: roleTelemetry('broker') })
