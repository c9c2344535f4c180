import { milliseconds, NANOSECONDS_PER_SECOND } from '../go/duration.ts'
import { ConfigError, type ConfigData } from './config-error.ts'
import { ConfigReader } from './config-reader.ts'

/** config-leader-election. Read once, at start. */
export interface LeaderElectionConfig {
  readonly leaseDurationMs: number
  readonly renewDeadlineMs: number
  readonly retryPeriodMs: number
  /** Into how many leases the keys of one reconciler are split: 1 to 10. */
  readonly buckets: number
  /** New names of leases by old name. */
  readonly leaseNames: ReadonlyMap<string, string>
}

const MAX_BUCKETS = 10
const RENAME = 'map-lease-prefix.'

/** Reads config-leader-election; throws {@link ConfigError}. */
export function parseLeaderElectionConfig(data: ConfigData): LeaderElectionConfig {
  const read = new ConfigReader(data)
  const second = NANOSECONDS_PER_SECOND
  const leaseDurationMs = milliseconds(read.duration(60n * second, 'leaseDuration', 'lease-duration'))
  const renewDeadlineMs = milliseconds(read.duration(40n * second, 'renewDeadline', 'renew-deadline'))
  const retryPeriodMs = milliseconds(read.duration(10n * second, 'retryPeriod', 'retry-period'))
  const buckets = read.uint32(1, 'buckets')
  if (buckets < 1 || buckets > MAX_BUCKETS) {
    throw new ConfigError(`buckets: value must be between 1 <= ${buckets} <= ${MAX_BUCKETS}`)
  }
  const renames = Object.entries(data ?? {}).filter(([key]) => key.startsWith(RENAME))
  const leaseNames = new Map(renames.map(([key, name]) => [key.slice(RENAME.length), name]))
  return { leaseDurationMs, renewDeadlineMs, retryPeriodMs, buckets, leaseNames }
}
