/** Durations as Go's `time.ParseDuration` reads them: `1h2m3.5s`. */
import { goQuoted } from './errors.ts'

const UNITS = ['ns', 'us', 'µs', 'μs', 'ms', 's', 'm', 'h']

/** Why a text is no duration, in Go's words; undefined when it is one. */
export function durationProblem(text: string): string | undefined {
  const unsigned = text.replace(/^[+-]/, '')
  if (unsigned === '0') return undefined
  const invalid = `time: invalid duration ${goQuoted(text)}`
  if (unsigned === '') return invalid
  let rest = unsigned
  while (rest !== '') {
    const [number = ''] = /^\d*(?:\.\d*)?/.exec(rest) ?? []
    if (!/\d/.test(number)) return invalid
    rest = rest.slice(number.length)
    const [unit = ''] = /^[^\d.]*/.exec(rest) ?? []
    if (unit === '') return `time: missing unit in duration ${goQuoted(text)}`
    if (!UNITS.includes(unit)) return `time: unknown unit ${goQuoted(unit)} in duration ${goQuoted(text)}`
    rest = rest.slice(unit.length)
  }
  return undefined
}
