import { ConfigReader } from '../config-reader.ts'
import type { ConfigData } from '../config-error.ts'

/**
 * config-imc-event-dispatcher: connections that are kept open while nothing is sent. Where a key is absent, as many as one subscriber may be asked at a time, so that none
 * is closed between two events; upstream's are 1000 and 100.
 */
export interface EventDispatcherConfig {
  readonly maxIdleConnections: number
  readonly maxIdleConnectionsPerHost: number
}

/** Reads config-imc-event-dispatcher; throws a ConfigError. */
export function parseEventDispatcherConfig(data: ConfigData): EventDispatcherConfig {
  const read = new ConfigReader(data)
  return {
    maxIdleConnections: read.int32(2_000, 'MaxIdleConnections'),
    maxIdleConnectionsPerHost: read.int32(256, 'MaxIdleConnectionsPerHost')
  }
}
