import { ConfigReader } from '../config-reader.ts'
import type { ConfigData } from '../config-error.ts'
import { parseObservabilityConfig, type ObservabilityConfig } from '../observability-config.ts'

/** config-observability of Eventing. What concerns requests of Services is not looked at. */
export interface EventingObservability extends ObservabilityConfig {
  /** Failures to send become Events of the source. */
  readonly sinkEventErrorReporting: boolean
}

const ofServing = /^(logging|request-metrics)/

/** Reads config-observability of Eventing; throws a ConfigError. */
export function parseEventingObservability(data: ConfigData): EventingObservability {
  const own = Object.fromEntries(Object.entries(data ?? {}).filter(([key]) => !ofServing.test(key)))
  const sinkEventErrorReporting = new ConfigReader(own).boolean(false, 'sink-event-error-reporting.enable')
  return { ...parseObservabilityConfig(own), sinkEventErrorReporting }
}
