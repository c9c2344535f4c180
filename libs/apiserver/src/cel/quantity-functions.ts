/** Kubernetes' `quantity()` in CEL: amounts that compare and add exactly. */
import type { Environment } from '@marcbachmann/cel-js'

const FORM = /^([+-]?)(\d+(?:\.\d*)?|\.\d+)(?:[eE]([+-]?\d+)|(n|u|m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei))?$/
const BINARY = ['Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei']
const DECIMAL: Readonly<Record<string, number>> = { n: -9, u: -6, m: -3, k: 3, M: 6, G: 9, T: 12, P: 15, E: 18 }
/** Nothing finer is kept. */
const NANO_DIGITS = 9
const NANO = 10n ** BigInt(NANO_DIGITS)

const MOST_DIGITS = 18
const MOST_EXPONENT = 10_000
const INT64 = 2n ** 63n

/** An amount in billionths, what is finer rounded away from zero. */
export class Quantity {
  readonly nano: bigint
  /**
   * The power of ten of Go's small representation, by which alone it tells integers; undefined for amounts that it keeps as a decimal
   * (`resource.Quantity`, `int64Amount` and `infDecAmount`).
   */
  readonly scale: number | undefined

  constructor(nano: bigint, scale?: number) {
    this.nano = nano
    this.scale = scale
  }

  /** Undefined for a text that is no quantity. */
  static parse(text: string): Quantity | undefined {
    const [all, sign, number = '', exponent, suffix = ''] = FORM.exec(text) ?? []
    if (all === undefined || Math.abs(Number(exponent ?? 0)) > MOST_EXPONENT) return undefined
    const [whole = '', fraction = ''] = number.split('.')
    const digits = BigInt(`${whole}${fraction}` || '0') * (sign === '-' ? -1n : 1n)
    const binary = BINARY.indexOf(suffix)
    const factor = binary >= 0 ? 1024n ** BigInt(binary + 1) : 1n
    const ten = exponent === undefined ? (DECIMAL[suffix] ?? 0) : Number(exponent)
    const power = NANO_DIGITS - fraction.length + ten
    const scaled = digits * factor
    const length = (whole.replace(/^0+/, '') || '0').length + fraction.length
    const isSmall =
      binary >= 0 ? fraction === '' && 15 - length - Math.trunc((binary + 1) * 3) - 1 >= 0 : length <= MOST_DIGITS && power >= 0
    const scale = isSmall ? ten - fraction.length : undefined
    return new Quantity(power >= 0 ? scaled * 10n ** BigInt(power) : divided(scaled, 10n ** BigInt(-power)), scale)
  }

  get isInteger(): boolean {
    return this.scale !== undefined && this.scale >= 0 && this.nano < INT64 * NANO && this.nano >= -INT64 * NANO
  }

  plus(other: Quantity): Quantity {
    const scale =
      this.scale === undefined || other.scale === undefined
        ? undefined
        : this.nano === 0n
          ? other.scale
          : other.nano === 0n
            ? this.scale
            : Math.min(this.scale, other.scale)
    return new Quantity(this.nano + other.nano, scale)
  }

  negated(): Quantity {
    return new Quantity(-this.nano, this.scale)
  }
}

function divided(amount: bigint, by: bigint): bigint {
  const whole = amount / by
  return whole * by === amount ? whole : whole + (amount < 0n ? -1n : 1n)
}

const quantityOfInt = (amount: bigint) => new Quantity(amount * NANO, 0)

function quantityOf(text: string): Quantity {
  const quantity = Quantity.parse(text)
  if (quantity === undefined) throw new Error("quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'")
  return quantity
}

function wholeOf({ nano, isInteger }: Quantity): bigint {
  if (!isInteger) throw new Error('cannot convert value to integer')
  return nano / NANO
}

const compared = (a: bigint, b: bigint) => (a < b ? -1n : a > b ? 1n : 0n)

export function registerQuantityFunctions(environment: Environment): void {
  environment
    .registerType('Quantity', Quantity)
    .registerOperator('Quantity == Quantity', (a: Quantity, b: Quantity) => a.nano === b.nano)
    .registerFunction('quantity(string): Quantity', quantityOf)
    .registerFunction('isQuantity(string): bool', (text: string) => Quantity.parse(text) !== undefined)
    .registerFunction('Quantity.isInteger(): bool', ({ isInteger }: Quantity) => isInteger)
    .registerFunction('Quantity.asInteger(): int', wholeOf)
    .registerFunction('Quantity.asApproximateFloat(): double', ({ nano }: Quantity) => Number(nano) / Number(NANO))
    .registerFunction('sign(Quantity): int', ({ nano }: Quantity) => compared(nano, 0n))
    .registerFunction('Quantity.compareTo(Quantity): int', (a: Quantity, b: Quantity) => compared(a.nano, b.nano))
    .registerFunction('Quantity.isGreaterThan(Quantity): bool', (a: Quantity, b: Quantity) => a.nano > b.nano)
    .registerFunction('Quantity.isLessThan(Quantity): bool', (a: Quantity, b: Quantity) => a.nano < b.nano)
    .registerFunction('Quantity.add(Quantity): Quantity', (a: Quantity, b: Quantity) => a.plus(b))
    .registerFunction('Quantity.add(int): Quantity', (a: Quantity, b: bigint) => a.plus(quantityOfInt(b)))
    .registerFunction('Quantity.sub(Quantity): Quantity', (a: Quantity, b: Quantity) => a.plus(b.negated()))
    .registerFunction('Quantity.sub(int): Quantity', (a: Quantity, b: bigint) => a.plus(quantityOfInt(-b)))
}
