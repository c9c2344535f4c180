import { milliseconds, parseDuration } from '../go/duration.ts'
import { ConfigError, type ConfigData } from './config-error.ts'
import { ConfigReader } from './config-reader.ts'

/** config-gc: how long revisions without traffic stay. `Infinity` where it says `disabled`. */
export interface GcConfig {
  readonly retainSinceCreateTimeMs: number
  readonly retainSinceLastActiveTimeMs: number
  readonly minNonActiveRevisions: number
  readonly maxNonActiveRevisions: number
}

const HOUR_MS = 3_600_000

/** Reads config-gc; throws {@link ConfigError}. */
export function parseGcConfig(data: ConfigData): GcConfig {
  const read = new ConfigReader(data, 'failed to parse data: ')
  const minNonActiveRevisions = read.int64(20, 'min-non-active-revisions')
  const retainSinceCreateTimeMs = retention(read, 'retain-since-create-time', 48 * HOUR_MS)
  const retainSinceLastActiveTimeMs = retention(read, 'retain-since-last-active-time', 15 * HOUR_MS)
  const noMaximum = isDisabled(read.raw('max-non-active-revisions'))
  const maxNonActiveRevisions = noMaximum ? Infinity : new ConfigReader(data).int64(1000, 'max-non-active-revisions')
  if (maxNonActiveRevisions < 0) throw new ConfigError('failed to parse max-non-active-revisions: must be non-negative')
  if (minNonActiveRevisions < 0) throw new ConfigError(`min-non-active-revisions must be non-negative, was: ${minNonActiveRevisions}`)
  if (minNonActiveRevisions > maxNonActiveRevisions) {
    throw new ConfigError(
      `min-non-active-revisions(${minNonActiveRevisions}) must be <= max-non-active-revisions(${maxNonActiveRevisions})`
    )
  }
  return { retainSinceCreateTimeMs, retainSinceLastActiveTimeMs, minNonActiveRevisions, maxNonActiveRevisions }
}

const isDisabled = (text: string | undefined): boolean => text?.toLowerCase() === 'disabled'

function retention(read: ConfigReader, key: string, fallback: number): number {
  const text = read.raw(key)
  if (text === undefined) return fallback
  if (isDisabled(text)) return Infinity
  const result = parseDuration(text)
  if (!result.ok) throw new ConfigError(`failed to parse ${key}: ${result.error}`)
  if (result.value < 0n) throw new ConfigError(`failed to parse ${key}: must be non-negative`)
  return milliseconds(result.value)
}
