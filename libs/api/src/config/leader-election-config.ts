import { milliseconds, NANOSECONDS_PER_SECOND } from '../go/duration.ts'
import { ConfigError, type ConfigData } from './config-error.ts'
import { ConfigReader } from './config-reader.ts'

/** config-leader-election. Read once, at start. Durations are shorter than upstream's 60, 40 and 10 s (ADR 0036). */
export interface LeaderElectionConfig {
  readonly leaseDurationMs: number
  readonly renewDeadlineMs: number
  readonly retryPeriodMs: number
  /** Into how many leases the keys of one reconciler are split: 1 to 10. */
  readonly buckets: number
  /** New prefixes of lease names, all before `.NN-of-MM`, by the old one. */
  readonly leasePrefixes: ReadonlyMap<string, string>
}

const MAX_BUCKETS = 10
const RENAME = 'map-lease-prefix.'

/** Reads config-leader-election; throws {@link ConfigError}. */
export function parseLeaderElectionConfig(data: ConfigData): LeaderElectionConfig {
  const read = new ConfigReader(data)
  const second = NANOSECONDS_PER_SECOND
  const leaseDurationMs = milliseconds(read.duration(15n * second, 'leaseDuration', 'lease-duration'))
  const renewDeadlineMs = milliseconds(read.duration(10n * second, 'renewDeadline', 'renew-deadline'))
  const retryPeriodMs = milliseconds(read.duration(2n * second, 'retryPeriod', 'retry-period'))
  const buckets = read.uint32(1, 'buckets')
  if (buckets < 1 || buckets > MAX_BUCKETS) {
    throw new ConfigError(`buckets: value must be between 1 <= ${buckets} <= ${MAX_BUCKETS}`)
  }
  const renames = Object.entries(data ?? {}).filter(([key]) => key.startsWith(RENAME))
  const leasePrefixes = new Map(renames.map(([key, name]) => [key.slice(RENAME.length), name]))
  return { leaseDurationMs, renewDeadlineMs, retryPeriodMs, buckets, leasePrefixes }
}
