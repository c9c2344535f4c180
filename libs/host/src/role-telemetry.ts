/** Follows the configuration of one role: level of the log, exposition and export of metrics, profiles. All of it live. */
import { logLevelOf, type Log } from '@knative-ts/telemetry/logger'
import type { MetricsExport, TelemetrySettings } from '@knative-ts/telemetry/settings'
import type { Observability } from './observability.ts'
import { lazyMetrics, type LazyMetrics } from './metrics.ts'
import { openExposition } from './exposition.ts'
import { Switch, type Opened } from './switch.ts'

/** What a role hands to `startRole` so that its telemetry follows the configuration. */
export interface RoleTelemetry {
  readonly metrics: LazyMetrics
  /** Follows `observability` until the returned function is called, which ends what was opened. */
  follow(observability: Observability, log: Log): () => Promise<void>
}

/** Port of upstream's profiling server, or the variable PROFILING_PORT. */
const profilingPort = (): number => Number(process.env['PROFILING_PORT'] ?? 8008)

/** The telemetry of role `name`. Exporters and profilers are loaded when something is configured that needs them. */
export function roleTelemetry(name: string): RoleTelemetry {
  const metrics = lazyMetrics(name)
  return {
    metrics,
    follow: (observability, log) => {
      const startLevel = log.level
      const exported = new Switch<MetricsExport>('metrics', (settings) => openMetrics(metrics, settings, log), log)
      const profiled = new Switch<boolean>('profiling', (on) => openProfiles(on, log), log)
      const leave = observability.onChange((settings) => {
        setLevel(log, settings, startLevel)
        exported.turn(settings.metrics)
        profiled.turn(settings.runtime.profiling)
      })
      return async () => {
        leave()
        await Promise.all([exported.off(), profiled.off()])
      }
    }
  }
}

function setLevel(log: Log, { logLevel }: TelemetrySettings, startLevel: string): void {
  const level = logLevel === undefined ? startLevel : logLevelOf(logLevel)
  if (log.level === level) return
  log.level = level
  log.info({ level }, 'log level')
}

async function openMetrics(lazy: LazyMetrics, settings: MetricsExport, log: Log): Promise<Opened> {
  if (settings.protocol === 'none') return undefined
  const metrics = await lazy.load()
  if (settings.protocol === 'prometheus') return openExposition(metrics, settings.endpoint, log)
  const { startOtlpPush } = await import('@knative-ts/telemetry/otlp-push')
  const push = await startOtlpPush(metrics, settings, log)
  log.info({ endpoint: settings.endpoint, protocol: settings.protocol }, 'sending metrics')
  return { close: () => push.stop() }
}

async function openProfiles(on: boolean, log: Log): Promise<Opened> {
  if (!on) return undefined
  const { openProfileServer } = await import('./profile-server.ts')
  return openProfileServer({ port: profilingPort() }, log)
}
