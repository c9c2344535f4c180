import { componentLevel, parseLoggingConfig, parseObservabilityConfig, type ObservabilityConfig } from '@knative-ts/api'
import type { InformerFactory } from './informer.ts'
import { stderrLog, type Log } from './log.ts'
import { watchConfig } from './watch-config.ts'

/** config-observability, and the level that config-logging gives one component; undefined where it gives none. */
export type TelemetryConfig = ObservabilityConfig & { readonly logLevel: string | undefined }

/** Whose logging and observability settings are followed. */
export interface TelemetryWatch {
  readonly factory: InformerFactory
  readonly namespace: string
  /** As in `loglevel.COMPONENT`. */
  readonly component: string
  /** Called with each new good value of either ConfigMap. */
  readonly apply: (config: TelemetryConfig) => void
  readonly log?: Log
}

/** Follows config-logging and config-observability for one component. Call it before the factory starts, and the first value comes with the first sync. */
export function watchTelemetry({ factory, namespace, component, apply, log = stderrLog }: TelemetryWatch): void {
  let observability: ObservabilityConfig | undefined
  let logLevel: string | undefined
  let logging = false
  const tell = (): void => {
    if (observability !== undefined && logging) apply({ ...observability, logLevel })
  }
  watchConfig(
    factory,
    namespace,
    'config-logging',
    parseLoggingConfig,
    (config) => {
      logLevel = componentLevel(config, component)
      logging = true
      tell()
    },
    log
  )
  watchConfig(
    factory,
    namespace,
    'config-observability',
    parseObservabilityConfig,
    (config) => {
      observability = config
      tell()
    },
    log
  )
}
