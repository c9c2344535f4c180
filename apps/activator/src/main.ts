import { startRole } from '@knative-ts/host'
import { lazyMetrics } from '@knative-ts/host/metrics'
import { ActivatorModule } from './activator.module.ts'

await startRole({ name: 'activator', module: ActivatorModule, metrics: lazyMetrics('activator') })
