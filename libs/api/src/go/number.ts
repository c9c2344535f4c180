/** Go's `strconv`: integers, floats and booleans, with its error texts. */
import { parsed, quote, unparsed, type Parsed } from './parsed.ts'

const failure = (name: string, text: string, why: string) => unparsed(`strconv.${name}: parsing ${quote(text)}: ${why}`)

/** Base 10, optional sign, within `bits` bits. Values beyond 2^53 lose precision, as JSON numbers do. */
export function parseInteger(text: string, bits: 32 | 64): Parsed<number> {
  if (!/^[+-]?\d+$/.test(text)) return failure('ParseInt', text, 'invalid syntax')
  const value = BigInt(text.replace(/^\+/, ''))
  const bound = 2n ** BigInt(bits - 1)
  return value >= -bound && value < bound ? parsed(Number(value)) : failure('ParseInt', text, 'value out of range')
}

/** Base 10 without a sign, 32 bits. */
export function parseUnsigned(text: string): Parsed<number> {
  if (!/^\d+$/.test(text)) return failure('ParseUint', text, 'invalid syntax')
  return BigInt(text) < 2n ** 32n ? parsed(Number(text)) : failure('ParseUint', text, 'value out of range')
}

/** 1, t, T, TRUE, true, True and their opposites; nothing else. */
export function parseBoolean(text: string): Parsed<boolean> {
  if (['1', 't', 'T', 'TRUE', 'true', 'True'].includes(text)) return parsed(true)
  if (['0', 'f', 'F', 'FALSE', 'false', 'False'].includes(text)) return parsed(false)
  return failure('ParseBool', text, 'invalid syntax')
}

/** Decimal and hexadecimal floats, with underscores between digits, `inf` and `nan` in any case. */
export function parseFloat64(text: string): Parsed<number> {
  if (/^[+-]?inf(inity)?$/i.test(text)) return parsed(text.startsWith('-') ? -Infinity : Infinity)
  if (/^nan$/i.test(text)) return parsed(NaN)
  const digits = /^[+-]?(\d+(_\d+)*)?\.?(\d+(_\d+)*)?([eE][+-]?\d+(_\d+)*)?$/.test(text) ? text.replaceAll('_', '') : undefined
  const value = digits !== undefined && /\d/.test(digits.split(/[eE]/)[0] ?? '') ? Number(digits) : hexFloat(text)
  if (value === undefined || Number.isNaN(value)) return failure('ParseFloat', text, 'invalid syntax')
  return Number.isFinite(value) ? parsed(value) : failure('ParseFloat', text, 'value out of range')
}

function hexFloat(text: string): number | undefined {
  const match = /^([+-]?)0[xX]_?([0-9a-fA-F_]*)\.?([0-9a-fA-F_]*)[pP]([+-]?\d+)$/.exec(text)
  if (match === null) return undefined
  const whole = (match[2] ?? '').replaceAll('_', '')
  const fraction = (match[3] ?? '').replaceAll('_', '')
  if (whole + fraction === '') return undefined
  const mantissa = Number.parseInt(whole + fraction, 16) / 16 ** fraction.length
  return (match[1] === '-' ? -1 : 1) * mantissa * 2 ** Number(match[4])
}

/** A float as Go's `%f` and `%v` print it: `2.000000` and `2`. */
export const fixed = (value: number): string => (Number.isFinite(value) ? value.toFixed(6) : plain(value))

/** A float as Go's `%v` prints it. */
export function plain(value: number): string {
  if (Number.isNaN(value)) return 'NaN'
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf'
  if (value === 0) return Object.is(value, -0) ? '-0' : '0'
  const exponent = Math.floor(Math.log10(Math.abs(value)))
  if (exponent < -4 || exponent >= 21) {
    return value.toExponential().replace(/e([+-])(\d)$/, 'e$10$2')
  }
  return String(value)
}
