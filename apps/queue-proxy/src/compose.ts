/** Composed beside the open listener: logging, crash and signal handling, order of shutdown. */
import { startRole } from '@knative-ts/host'
import { createLogger, logLevelOf } from '@knative-ts/telemetry/logger'
import type { Environment } from './environment.ts'
import { partsOf, QueueProxyModule } from './queue-proxy.module.ts'
import type { Sidecar } from './sidecar.ts'
import type { Telemetry } from './telemetry.ts'

/** Resolves when the role is supervised. From here on SIGTERM drains and stops it. */
export async function compose(environment: Environment, sidecar: Sidecar, telemetry: Telemetry, terminated: () => boolean): Promise<void> {
  const log = createLogger('queue-proxy', logLevelOf(environment.logLevel))
  const parts = partsOf(sidecar, telemetry, log, environment)
  const role = await startRole({ name: 'queue-proxy', module: QueueProxyModule, parts, log, probePort: 'none' })
  if (!terminated()) return
  await role.stop('SIGTERM')
  process.exit(0)
}
