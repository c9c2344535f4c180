import { startRole } from '@knative-ts/host'
import { lazyMetrics } from '@knative-ts/host/metrics'
import { GatewayModule } from './gateway.module.ts'

await startRole({ name: 'gateway', module: GatewayModule, metrics: lazyMetrics('gateway') })
