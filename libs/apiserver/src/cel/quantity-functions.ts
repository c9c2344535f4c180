/** Kubernetes' `quantity()` in CEL: amounts that compare and add exactly. */
import type { Environment } from '@marcbachmann/cel-js'

const FORM = /^([+-]?)(\d+(?:\.\d*)?|\.\d+)(?:[eE]([+-]?\d+)|(n|u|m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei))?$/
const BINARY = ['Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei']
const DECIMAL: Readonly<Record<string, number>> = { n: -9, u: -6, m: -3, k: 3, M: 6, G: 9, T: 12, P: 15, E: 18 }
/** Nothing finer is kept. */
const NANO_DIGITS = 9
const NANO = 10n ** BigInt(NANO_DIGITS)

/** An amount in billionths. */
export class Quantity {
  readonly nano: bigint

  constructor(nano: bigint) {
    this.nano = nano
  }

  /** Undefined for a text that is no quantity. */
  static parse(text: string): Quantity | undefined {
    const [all, sign, number = '', exponent, suffix = ''] = FORM.exec(text) ?? []
    if (all === undefined || Math.abs(Number(exponent ?? 0)) > 30) return undefined
    const [whole = '', fraction = ''] = number.split('.')
    const digits = BigInt(`${whole}${fraction}` || '0') * (sign === '-' ? -1n : 1n)
    const binary = BINARY.indexOf(suffix)
    const factor = binary >= 0 ? 1024n ** BigInt(binary + 1) : 1n
    const power = NANO_DIGITS - fraction.length + (exponent === undefined ? (DECIMAL[suffix] ?? 0) : Number(exponent))
    const scaled = digits * factor
    return new Quantity(power >= 0 ? scaled * 10n ** BigInt(power) : scaled / 10n ** BigInt(-power))
  }
}

function quantityOf(text: string): Quantity {
  const quantity = Quantity.parse(text)
  if (quantity === undefined) throw new Error("quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'")
  return quantity
}

function wholeOf({ nano }: Quantity): bigint {
  if (nano % NANO !== 0n) throw new Error('cannot convert value to integer')
  return nano / NANO
}

const compared = (a: bigint, b: bigint) => (a < b ? -1n : a > b ? 1n : 0n)

export function registerQuantityFunctions(environment: Environment): void {
  environment
    .registerType('Quantity', Quantity)
    .registerOperator('Quantity == Quantity', (a: Quantity, b: Quantity) => a.nano === b.nano)
    .registerFunction('quantity(string): Quantity', quantityOf)
    .registerFunction('isQuantity(string): bool', (text: string) => Quantity.parse(text) !== undefined)
    .registerFunction('Quantity.isInteger(): bool', ({ nano }: Quantity) => nano % NANO === 0n)
    .registerFunction('Quantity.asInteger(): int', wholeOf)
    .registerFunction('Quantity.asApproximateFloat(): double', ({ nano }: Quantity) => Number(nano) / Number(NANO))
    .registerFunction('Quantity.sign(): int', ({ nano }: Quantity) => compared(nano, 0n))
    .registerFunction('Quantity.compareTo(Quantity): int', (a: Quantity, b: Quantity) => compared(a.nano, b.nano))
    .registerFunction('Quantity.isGreaterThan(Quantity): bool', (a: Quantity, b: Quantity) => a.nano > b.nano)
    .registerFunction('Quantity.isLessThan(Quantity): bool', (a: Quantity, b: Quantity) => a.nano < b.nano)
    .registerFunction('Quantity.add(Quantity): Quantity', (a: Quantity, b: Quantity) => new Quantity(a.nano + b.nano))
    .registerFunction('Quantity.add(int): Quantity', (a: Quantity, b: bigint) => new Quantity(a.nano + b * NANO))
    .registerFunction('Quantity.sub(Quantity): Quantity', (a: Quantity, b: Quantity) => new Quantity(a.nano - b.nano))
    .registerFunction('Quantity.sub(int): Quantity', (a: Quantity, b: bigint) => new Quantity(a.nano - b * NANO))
}
