/** What an expression can be: text, a signed integer of 32 bits, or a boolean. */
export type Value = string | number | boolean

/** Why an expression has no value: a missing attribute, a cast that fails, a division by zero, an unknown function. */
export class CesqlFailure {
  readonly reason: string

  constructor(reason: string) {
    this.reason = reason
  }
}

/** What evaluating gives: failures are values, because throwing them would cost more than the whole evaluation. */
export type Result = Value | CesqlFailure

/** Whether it is a failure. */
export const failed = (result: Result): result is CesqlFailure => typeof result === 'object'

const decimal = /^[+-]?[0-9]+$/

/** Casts to an integer: booleans are 1 and 0, texts must be decimal and fit 32 bits. */
export function toInteger(value: Value): number | CesqlFailure {
  if (typeof value === 'number') return value
  if (typeof value === 'boolean') return value ? 1 : 0
  const number = decimal.test(value) ? Number(value) : Number.NaN
  return number >= -(2 ** 31) && number < 2 ** 31 ? number | 0 : new CesqlFailure(`cast error: ${JSON.stringify(value)} is no Integer`)
}

/** Casts to a boolean: texts must be true or false in any case, integers are true unless zero. */
export function toBoolean(value: Value): boolean | CesqlFailure {
  if (typeof value === 'boolean') return value
  if (typeof value === 'number') return value !== 0
  const word = value.toLowerCase()
  return word === 'true' ? true : word === 'false' ? false : new CesqlFailure(`cast error: ${JSON.stringify(value)} is no Boolean`)
}

/** Casts one value to another's type. */
export function castLike(value: Value, like: Value): Result {
  return typeof like === 'string' ? String(value) : typeof like === 'number' ? toInteger(value) : toBoolean(value)
}
