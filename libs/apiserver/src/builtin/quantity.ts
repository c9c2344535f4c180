/** Quantities (`100m`, `1.5Gi`) in the canonical spelling that the API server stores: `k8s.io/apimachinery/pkg/api/resource`. */
import { badRequest } from '../http/errors.ts'

const FORM = /^([+-]?)(\d+(?:\.\d*)?|\.\d+)(?:([eE][+-]?\d+)|(n|u|m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei))?$/
const BINARY = ['Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei']
const FINEST = -3
const DECIMAL: Readonly<Record<string, number>> = { n: -9, u: -6, m: -3, '': 0, k: 3, M: 6, G: 9, T: 12, P: 15, E: 18 }

/** One quantity, rounded up to thousandths: resource lists know nothing finer. Throws 400 with the reference's words for what is none. */
export function canonicalQuantity(value: unknown): string {
  const [, sign, number = '', exponent, suffix = ''] = FORM.exec(String(value).trim()) ?? fail()
  const negative = sign === '-' ? '-' : ''
  const binary = BINARY.indexOf(suffix)
  return negative + (binary >= 0 ? binaryText(Number(number), binary) : decimalText(number, exponent, suffix))
}

/** The amount as a number, for comparisons; NaN for what is no quantity. */
export function quantityValue(value: unknown): number {
  const found = FORM.exec(String(value).trim())
  if (found === null) return Number.NaN
  const [, sign, number, exponent, suffix = ''] = found
  const binary = BINARY.indexOf(suffix)
  const scale = binary >= 0 ? 1024 ** (binary + 1) : 10 ** (DECIMAL[suffix] ?? 0)
  return (sign === '-' ? -1 : 1) * Number(`${number}${exponent ?? ''}`) * scale
}

function fail(): never {
  throw badRequest("quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'")
}

// A fraction of a binary unit moves down to the unit in which it is whole: 1.5Gi is 1536Mi.
function binaryText(number: number, unit: number): string {
  let amount = number
  let at = unit
  while (!Number.isInteger(amount) && at >= 0) {
    amount *= 1024
    at--
  }
  while (amount !== 0 && amount % 1024 === 0 && at < BINARY.length - 1) {
    amount /= 1024
    at++
  }
  return `${Math.ceil(amount)}${BINARY[at] ?? ''}`
}

// Digits without a point, and a power of ten that is a multiple of three; no finer than thousandths.
function decimalText(number: string, exponent: string | undefined, suffix: string): string {
  const [whole = '', fraction = ''] = number.split('.')
  let digits = BigInt(`${whole}${fraction}` || '0')
  let power = (exponent === undefined ? (DECIMAL[suffix] ?? 0) : Number(exponent.slice(1))) - fraction.length
  if (digits === 0n) return '0'
  while (digits % 10n === 0n) {
    digits /= 10n
    power++
  }
  while (power < FINEST) {
    digits = (digits + 9n) / 10n
    power++
  }
  while (power % 3 !== 0 || power > 18) {
    digits *= 10n
    power--
  }
  if (exponent !== undefined) return power === 0 ? `${digits}` : `${digits}e${power}`
  const unit = Object.entries(DECIMAL).find(([, scale]) => scale === power)?.[0] ?? ''
  return `${digits}${unit}`
}

/** Below 0, 0 or above 0, as `a` is less than, equal to or more than `b`. */
export const compareQuantities = (a: unknown, b: unknown): number => quantityValue(a) - quantityValue(b)

/** Whether an amount has no fraction. */
export const isWhole = (value: unknown): boolean => Number.isInteger(quantityValue(value))

/** The sum in the spelling of the first. */
export function sumOfQuantities(values: readonly string[]): string {
  if (values.length === 1) return values[0] ?? '0'
  const sum = values.reduce((total, value) => total + quantityValue(value), 0)
  if (values[0]?.endsWith('i') === true && Number.isInteger(sum / 1024)) return canonicalQuantity(`${sum / 1024}Ki`)
  return canonicalQuantity(Number.isInteger(sum) ? String(sum) : `${Math.ceil(sum * 1000)}m`)
}
