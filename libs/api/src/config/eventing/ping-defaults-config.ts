import { ConfigReader } from '../config-reader.ts'
import type { ConfigData } from '../config-error.ts'

/** config-ping-defaults. */
export interface PingDefaults {
  /** The most data of a PingSource, bytes; below 0 for any. */
  readonly dataMaxSize: number
}

/** Reads config-ping-defaults; throws a ConfigError. */
export const parsePingDefaults = (data: ConfigData): PingDefaults => ({
  dataMaxSize: new ConfigReader(data).int64(-1, 'dataMaxSize', 'data-max-size')
})
