import { ConfigReader } from '../config-reader.ts'
import type { ConfigData } from '../config-error.ts'

/** config-imc-event-dispatcher: connections that are kept open while nothing is sent. */
export interface EventDispatcherConfig {
  readonly maxIdleConnections: number
  readonly maxIdleConnectionsPerHost: number
}

/** Reads config-imc-event-dispatcher; throws a ConfigError. */
export function parseEventDispatcherConfig(data: ConfigData): EventDispatcherConfig {
  const read = new ConfigReader(data)
  return {
    maxIdleConnections: read.int32(1000, 'MaxIdleConnections'),
    maxIdleConnectionsPerHost: read.int32(100, 'MaxIdleConnectionsPerHost')
  }
}
