import { startRole } from '@knative-ts/host'
import { lazyMetrics } from '@knative-ts/host/metrics'
import { ControllerModule } from './controller.module.ts'

await startRole({ name: 'controller', module: ControllerModule, metrics: lazyMetrics('controller') })
