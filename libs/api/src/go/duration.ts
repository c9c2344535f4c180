/** Go's `time.ParseDuration` and `Duration.String`. A duration is a whole number of nanoseconds. */
import { parsed, quote, unparsed, type Parsed } from './parsed.ts'

/** Go counts durations in nanoseconds. */
export const NANOSECONDS_PER_SECOND = 1_000_000_000n
const UNITS: Readonly<Record<string, bigint>> = {
  ns: 1n,
  us: 1_000n,
  µs: 1_000n,
  μs: 1_000n,
  ms: 1_000_000n,
  s: NANOSECONDS_PER_SECOND,
  m: 60n * NANOSECONDS_PER_SECOND,
  h: 3_600n * NANOSECONDS_PER_SECOND
}
const MAX = 2n ** 63n - 1n

/** Reads `1h30m`, `-1.5s`, `100ms`, `0`. */
export function parseDuration(text: string): Parsed<bigint> {
  const invalid = unparsed(`time: invalid duration ${quote(text)}`)
  const negative = text.startsWith('-')
  let rest = /^[+-]/.test(text) ? text.slice(1) : text
  if (rest === '0') return parsed(0n)
  if (rest === '') return invalid
  let total = 0n
  while (rest !== '') {
    const number = /^(\d*)(?:\.(\d*))?/.exec(rest)
    const whole = number?.[1] ?? ''
    const fraction = number?.[2] ?? ''
    if (whole === '' && fraction === '') return invalid
    rest = rest.slice(number?.[0].length ?? 0)
    const name = /^[^\d.]*/.exec(rest)?.[0] ?? ''
    if (name === '') return unparsed(`time: missing unit in duration ${quote(text)}`)
    const unit = UNITS[name]
    if (unit === undefined) return unparsed(`time: unknown unit ${quote(name)} in duration ${quote(text)}`)
    rest = rest.slice(name.length)
    total += BigInt(whole === '' ? 0 : whole) * unit
    if (fraction !== '') total += (BigInt(fraction) * unit) / 10n ** BigInt(fraction.length)
    if (total > MAX + (negative ? 1n : 0n)) return invalid
  }
  return parsed(negative ? -total : total)
}

/** Prints `1h0m0s`, `1.5s`, `100ms`, `0s`. */
export function formatDuration(nanoseconds: bigint): string {
  if (nanoseconds === 0n) return '0s'
  const sign = nanoseconds < 0n ? '-' : ''
  const value = nanoseconds < 0n ? -nanoseconds : nanoseconds
  if (value < 1_000n) return `${sign}${value}ns`
  if (value < 1_000_000n) return `${sign}${decimal(value, 1_000n)}µs`
  if (value < NANOSECONDS_PER_SECOND) return `${sign}${decimal(value, 1_000_000n)}ms`
  const minutes = value / (60n * NANOSECONDS_PER_SECOND)
  const seconds = `${decimal(value % (60n * NANOSECONDS_PER_SECOND), NANOSECONDS_PER_SECOND)}s`
  if (minutes === 0n) return sign + seconds
  return minutes < 60n ? `${sign}${minutes}m${seconds}` : `${sign}${minutes / 60n}h${minutes % 60n}m${seconds}`
}

/** Whether a duration is a whole number of seconds. */
export const isWholeSeconds = (nanoseconds: bigint): boolean => nanoseconds % NANOSECONDS_PER_SECOND === 0n

/** A duration in milliseconds, with a fraction when it has one. */
export const milliseconds = (nanoseconds: bigint): number => Number(nanoseconds) / 1e6

function decimal(value: bigint, unit: bigint): string {
  const digits = String(unit).length - 1
  const fraction = String(value % unit)
    .padStart(digits, '0')
    .replace(/0+$/, '')
  return fraction === '' ? String(value / unit) : `${value / unit}.${fraction}`
}
