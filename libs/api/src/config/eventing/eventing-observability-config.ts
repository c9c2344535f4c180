import { ConfigReader } from '../config-reader.ts'
import type { ConfigData } from '../config-error.ts'
import { parseExports, type ExportConfig } from '../observability-config.ts'

/** config-observability of Eventing. */
export interface EventingObservability extends ExportConfig {
  /** Failures to send become Events of the source. */
  readonly sinkEventErrorReporting: boolean
}

/** Reads config-observability of Eventing; throws a ConfigError. */
export function parseEventingObservability(data: ConfigData): EventingObservability {
  const read = new ConfigReader(data)
  const exports = parseExports(read)
  return { ...exports, sinkEventErrorReporting: read.boolean(false, 'sink-event-error-reporting.enable') }
}
