/** Arithmetic on quantities, exact to thousandths, and their canonical text. */
import { canonicalQuantity } from '../builtin/quantity.ts'

/** Thousandths of the unit; `binary` amounts are written with Ki, Mi and so on where they can be. */
export interface Amount {
  readonly milli: bigint
  readonly binary: boolean
}

export const zero: Amount = { milli: 0n, binary: false }

const scales: Readonly<Record<string, number>> = { n: -9, u: -6, m: -3, '': 0, k: 3, M: 6, G: 9, T: 12, P: 15, E: 18 }
const binaries = ['Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei']

/** Reads a quantity that the server has accepted; what is none counts as nothing. */
export function amountOf(text: unknown): Amount {
  const found = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+)|(n|u|m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei))?$/.exec(String(text ?? '0').trim())
  if (found === null) return zero
  const [, sign, whole = '', fraction = '', exponent, suffix = ''] = found
  const binary = binaries.indexOf(suffix)
  const digits = BigInt(`${whole}${fraction}` || '0') * (binary >= 0 ? 1024n ** BigInt(binary + 1) : 1n)
  const power = 3 - fraction.length + (exponent === undefined ? (scales[suffix] ?? 0) : Number(exponent))
  const divisor = 10n ** BigInt(Math.max(-power, 0))
  const milli = power >= 0 ? digits * 10n ** BigInt(power) : (digits + divisor - 1n) / divisor
  return { milli: sign === '-' ? -milli : milli, binary: binary >= 0 }
}

export const plus = (a: Amount, b: Amount): Amount => ({ milli: a.milli + b.milli, binary: a.binary || b.binary })
export const minus = (a: Amount, b: Amount): Amount => ({ milli: a.milli > b.milli ? a.milli - b.milli : 0n, binary: a.binary || b.binary })
export const larger = (a: Amount, b: Amount): Amount => (b.milli > a.milli ? b : a)

export function amountText({ milli, binary }: Amount): string {
  if (binary && milli !== 0n && milli % 1_024_000n === 0n) return canonicalQuantity(`${milli / 1_024_000n}Ki`)
  return canonicalQuantity(`${milli}m`)
}

/** Amounts by resource name. */
export type Usage = Readonly<Record<string, Amount>>

export function sumOf(usages: readonly Usage[]): Usage {
  const total: Record<string, Amount> = {}
  for (const usage of usages) for (const [name, amount] of Object.entries(usage)) total[name] = plus(total[name] ?? zero, amount)
  return total
}
