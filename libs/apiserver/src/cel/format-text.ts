/** `string.format` as `cel-go/ext/formatting.go` writes values, in the locale en_US. */
import { Duration, UnsignedInt } from '@marcbachmann/cel-js/evaluator'

const SUPERSCRIPTS = '⁰¹²³⁴⁵⁶⁷⁸⁹'
const CLAUSES: Readonly<Record<string, string>> = {
  d: 'decimal clause can only be used on integers',
  f: 'fixed-point clause can only be used on doubles',
  e: 'scientific clause can only be used on doubles',
  b: 'only integers and bools can be formatted as binary',
  o: 'octal clause can only be used on integers',
  x: 'only integers, byte buffers, and strings can be formatted as hex',
  X: 'only integers, byte buffers, and strings can be formatted as hex',
  s: 'string clause can only be used on strings, bools, bytes, ints, doubles, maps, lists, types, durations, and timestamps'
}

/** `%s`, `%d`, `%f`, `%e`, `%b`, `%x`, `%X`, `%o` and `%%`, with a precision for `%f`. Throws what is wrong with the format or a value. */
export function formatted(format: string, values: readonly unknown[]): string {
  let next = 0
  const text = format.replaceAll(/%(?:%|(?:\.(\d*))?([^]?))/g, (all, precision: string | undefined, verb: string | undefined) => {
    if (all === '%%') return '%'
    if (verb === undefined || verb === '') throw new Error('unexpected end of string')
    if (precision === '')
      throw new Error(
        'could not parse formatting clause: error while parsing precision: error while converting precision to integer: strconv.Atoi: parsing "": invalid syntax'
      )
    if (CLAUSES[verb] === undefined)
      throw new Error(`could not parse formatting clause: unrecognized formatting clause ${JSON.stringify(verb)}`)
    if (next >= values.length) throw new Error(`index ${next} out of range`)
    return clause(verb, values[next++], precision === undefined ? 6 : Number(precision))
  })
  if (next < values.length) throw new Error(`too many arguments supplied to string.format (expected ${next}, got ${values.length})`)
  return text
}

function clause(verb: string, value: unknown, digits: number): string {
  const made = verb === 's' ? shown(value) : verb === 'f' || verb === 'e' ? fractional(verb, value, digits) : whole(verb, value)
  if (made === undefined) throw new Error(`error during formatting: ${CLAUSES[verb]}, was given ${typeName(value)}`)
  return made
}

function whole(verb: string, value: unknown): string | undefined {
  const number = value instanceof UnsignedInt ? value.valueOf() : value
  if (typeof number === 'bigint')
    return verb === 'X' ? number.toString(16).toUpperCase() : number.toString(verb === 'd' ? 10 : verb === 'b' ? 2 : verb === 'o' ? 8 : 16)
  if (verb === 'b' && typeof value === 'boolean') return value ? '1' : '0'
  if (verb.toLowerCase() !== 'x' || !(typeof value === 'string' || value instanceof Uint8Array)) return undefined
  const hex = Buffer.from(value as string).toString('hex')
  return verb === 'X' ? hex.toUpperCase() : hex
}

function fractional(verb: string, value: unknown, digits: number): string | undefined {
  const number = value === 'NaN' || value === 'Infinity' || value === '-Infinity' ? Number(value) : value
  if (typeof number !== 'number') return undefined
  if (Number.isNaN(number)) return 'NaN'
  if (!Number.isFinite(number)) return number < 0 ? '-∞' : '∞'
  if (verb === 'f') return grouped(number, digits)
  // The reference writes six digits whatever the precision.
  const [mantissa = '', exponent = '0'] = number.toExponential(6).split('e')
  const power = String(Math.abs(Number(exponent))).padStart(2, '0')
  const raised = [...power].map((digit) => SUPERSCRIPTS[Number(digit)]).join('')
  return `${mantissa}×10${exponent.startsWith('-') ? '⁻' : ''}${raised}`
}

/** Thousands are set apart by commas. A half goes to the even neighbour, which toFixed decides by the exact binary value but for a tie. */
function grouped(number: number, digits: number): string {
  // A tie is a multiple of a power of one half, so these products are exact.
  const isTie =
    digits < 16 &&
    Number.isInteger(number * 2 ** (digits + 1)) &&
    !Number.isInteger(number * 10 ** digits) &&
    Number.isInteger(number * 2 * 10 ** digits)
  const scaled = Math.floor(Math.abs(number) * 10 ** digits)
  const rounded = isTie ? (Math.sign(number) * (scaled % 2 === 0 ? scaled : scaled + 1)) / 10 ** digits : number
  const text =
    Math.abs(rounded) < 1e21 ? rounded.toFixed(Math.min(digits, 100)) : `${BigInt(rounded)}${digits > 0 ? `.${'0'.repeat(digits)}` : ''}`
  const [before = '', after] = text.split('.')
  return before.replaceAll(/\B(?=(?:\d{3})+$)/g, ',') + (after === undefined ? '' : `.${after}`)
}

/** As Go's `strconv.FormatFloat(f, 'g', -1, 64)`. */
function shortest(number: number): string {
  if (!Number.isFinite(number)) return Number.isNaN(number) ? 'NaN' : number < 0 ? '-Inf' : '+Inf'
  const [, exponent = '0'] = number.toExponential().split('e')
  if (Number(exponent) >= -4 && Number(exponent) < 21 && (Number(exponent) < 6 || !Number.isInteger(number) || Math.abs(number) < 1e6))
    return String(number)
  return number.toExponential().replace(/e([+-])(\d)$/, 'e$10$2')
}

function shown(value: unknown): string | undefined {
  if (typeof value === 'string') return value
  if (typeof value === 'number') return shortest(value)
  if (value instanceof Uint8Array) return Buffer.from(value).toString()
  if (value instanceof Duration) return durationText(value)
  if (value instanceof Date) return timestampText(value)
  return nested(value)
}

/** A value within a list or a map. */
function nested(value: unknown): string | undefined {
  if (value === null) return 'null'
  if (typeof value === 'string') return JSON.stringify(value)
  if (typeof value === 'bigint' || typeof value === 'boolean') return String(value)
  if (typeof value === 'number') return grouped(value, 6)
  if (value instanceof UnsignedInt) return String(value.valueOf())
  if (value instanceof Uint8Array) return `b${JSON.stringify(Buffer.from(value).toString())}`
  if (value instanceof Duration) return `duration("${durationText(value)}")`
  if (value instanceof Date) return `timestamp("${timestampText(value)}")`
  if (Array.isArray(value)) return `[${value.map(demanded).join(', ')}]`
  if (typeof value !== 'object') return undefined
  if (value.constructor?.name === 'Type') return /^Type<(.*)>$/.exec(String(value))?.[1] ?? String(value)
  const entries = value instanceof Map ? [...value] : isPlain(value) ? Object.entries(value) : undefined
  return entries === undefined
    ? undefined
    : `{${entries
        .map(([key, item]) => `${demanded(key)}:${demanded(item)}`)
        .toSorted()
        .join(', ')}}`
}

const isPlain = (value: object) => [null, Object.prototype].includes(Object.getPrototypeOf(value) as object | null)

function demanded(value: unknown): string {
  const text = nested(value)
  if (text === undefined) throw new Error(`error during formatting: ${CLAUSES['s']}, was given ${typeName(value)}`)
  return text
}

function typeName(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return 'string'
    case 'bigint':
      return 'int'
    case 'number':
      return 'double'
    case 'boolean':
      return 'bool'
    default:
      if (value === null) return 'null_type'
      if (Array.isArray(value)) return 'list'
      if (value instanceof Uint8Array) return 'bytes'
      if (value instanceof Date) return 'google.protobuf.Timestamp'
      if (value instanceof Duration) return 'google.protobuf.Duration'
      if (value instanceof UnsignedInt) return 'uint'
      return typeof value === 'object' && (value instanceof Map || isPlain(value)) ? 'map' : String((value as object).constructor.name)
  }
}

/** `5400s`, `1.5s`. */
export function durationText(duration: Duration): string {
  const nanos = duration.seconds * 1_000_000_000n + BigInt(duration.nanos)
  const digits = String(nanos < 0n ? -nanos : nanos).padStart(10, '0')
  const fraction = digits.slice(-9).replace(/0+$/, '')
  return `${nanos < 0n ? '-' : ''}${digits.slice(0, -9)}${fraction === '' ? '' : `.${fraction}`}s`
}

/** RFC 3339 without needless zeros. */
export const timestampText = (time: Date): string =>
  time.toISOString().replace(/\.(\d*?)0*Z$/, (_all, digits: string) => (digits === '' ? 'Z' : `.${digits}Z`))
