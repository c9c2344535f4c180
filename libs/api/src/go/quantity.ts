/** Kubernetes' resource quantities (`100m`, `1.5Gi`, `1e3`): reading, comparing, canonical form. */
import { parsed, unparsed, type Parsed } from './parsed.ts'

/** A quantity in nanos (the smallest unit that Kubernetes keeps), and the family of suffixes that it was written in. */
export interface Quantity {
  readonly nanos: bigint
  readonly format: 'DecimalSI' | 'BinarySI' | 'DecimalExponent'
  /** The text as written when it had no fraction, else the canonical form: what Kubernetes stores. */
  readonly text: string
}

const WRONG_FORMAT = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"
const WRONG_SUFFIX = "unable to parse quantity's suffix"
const NANO = 1_000_000_000n
const DECIMAL = ['n', 'u', 'm', '', 'k', 'M', 'G', 'T', 'P', 'E']
const BINARY = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei']

/** Reads a quantity; errors are apimachinery's. */
export function parseQuantity(text: string): Parsed<Quantity> {
  const match = /^([+-]?)(\d*)(?:\.(\d*))?([eEinumkKMGTP]*[-+]?\d*)$/.exec(text)
  if (match === null || text === '') return unparsed(WRONG_FORMAT)
  const [, sign = '', whole = '', fraction = '', suffix = ''] = match
  const scale = scaleOf(suffix)
  if (scale === undefined) return unparsed(WRONG_SUFFIX)
  const digits = BigInt(`0${whole}${fraction}`)
  const divisor = 10n ** BigInt(fraction.length) * scale.divisor
  const product = digits * scale.factor * NANO
  const nanos = (product + divisor - 1n) / divisor
  const value = sign === '-' ? -nanos : nanos
  const quantity = { nanos: value, format: scale.format }
  return parsed({ ...quantity, text: fraction === '' ? text : formatQuantity(quantity) })
}

/** The canonical form: the largest suffix of the quantity's family that leaves a whole number. */
export function formatQuantity({ nanos, format }: Pick<Quantity, 'nanos' | 'format'>): string {
  if (nanos === 0n) return '0'
  const magnitude = nanos < 0n ? -nanos : nanos
  if (format === 'BinarySI' && nanos % NANO === 0n && magnitude >= 1024n * NANO) {
    let value = nanos / NANO
    let step = 0
    while (value % 1024n === 0n && step < BINARY.length - 1) [value, step] = [value / 1024n, step + 1]
    return `${value}${BINARY[step] ?? ''}`
  }
  let value = nanos
  let step = 0
  while (value % 1000n === 0n && step < DECIMAL.length - 1) [value, step] = [value / 1000n, step + 1]
  if (format !== 'DecimalExponent') return `${value}${DECIMAL[step] ?? ''}`
  return step === 3 ? String(value) : `${value}e${(step - 3) * 3}`
}

function scaleOf(suffix: string): { factor: bigint; divisor: bigint; format: Quantity['format'] } | undefined {
  const binary = BINARY.indexOf(suffix)
  if (binary > 0) return { factor: 1024n ** BigInt(binary), divisor: 1n, format: 'BinarySI' }
  const decimal = DECIMAL.indexOf(suffix)
  const exponent = /^[eE]([+-]?\d+)$/.exec(suffix)?.[1]
  const power = exponent !== undefined ? Number(exponent) : decimal < 0 ? undefined : (decimal - 3) * 3
  if (power === undefined || Math.abs(power) > 64) return undefined
  const format = exponent === undefined ? 'DecimalSI' : 'DecimalExponent'
  return power >= 0 ? { factor: 10n ** BigInt(power), divisor: 1n, format } : { factor: 1n, divisor: 10n ** BigInt(-power), format }
}
