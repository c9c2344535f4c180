import { startRole } from '@knative-ts/host'
import { lazyMetrics } from '@knative-ts/host/metrics'
import { AutoscalerModule } from './autoscaler.module.ts'

await startRole({ name: 'autoscaler', module: AutoscalerModule, metrics: lazyMetrics('autoscaler') })
