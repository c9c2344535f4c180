import { startRole } from '@knative-ts/host'
import { roleTelemetry } from '@knative-ts/host/telemetry'
import { createLogger } from '@knative-ts/telemetry/logger'
import { ControllerModule } from './controller.module.ts'

if (process.argv[2] === 'leave') {
  const { runLeave } = await import('./leaving/run-leave.ts')
  await runLeave(createLogger('controller'))
} else {
  await startRole({ name: 'controller', module: ControllerModule, telemetry: roleTelemetry('controller') })
}
