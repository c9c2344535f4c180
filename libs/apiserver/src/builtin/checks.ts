/** Rules of single values that many kinds share. Each returns what is wrong, in the words of `k8s.io/apimachinery/pkg/util/validation`. */
import { duplicateValue, forbiddenField, invalidValue, required, unsupportedValue, type Cause } from '../http/errors.ts'
import { sameJson } from '../requests/same-json.ts'
import { labelProblems, subdomainProblems } from './names.ts'

/** Rules of every item of a list, each with the path of its place. */
export function each<T>(list: readonly T[] | undefined | null, field: string, check: (item: T, at: string) => readonly Cause[]): Cause[] {
  return (list ?? []).flatMap((item, index) => check(item, `${field}[${index}]`))
}

/** One cause for each problem that a rule of names finds. */
export const named = (field: string, value: string, problems: (name: string) => string[]): Cause[] =>
  problems(value).map((problem) => invalidValue(field, value, problem))

/** A name that has to be there. */
export const requiredName = (field: string, value: string | undefined, problems: (name: string) => string[]): Cause[] =>
  value ? named(field, value, problems) : [required(field)]

/** A DNS label. */
export const label = (field: string, value: string): Cause[] => named(field, value, labelProblems)

/** A DNS subdomain. */
export const subdomain = (field: string, value: string): Cause[] => named(field, value, subdomainProblems)

/** One of the supported words; a missing one is required. */
export function word(field: string, value: string | undefined, supported: readonly string[]): Cause[] {
  if (!value) return [required(field)]
  return supported.includes(value) ? [] : [unsupportedValue(field, value, supported)]
}

/** One of the supported words, if there is any; an empty one is a word, too. */
export const optionalWord = (field: string, value: string | undefined | null, supported: readonly string[]): Cause[] =>
  value === undefined || value === null || supported.includes(value) ? [] : [unsupportedValue(field, value, supported)]

const NEGATIVE = 'must be greater than or equal to 0'

/** A number that is 0 or more; none is 0. */
export const notNegative = (field: string, value: number | undefined | null): Cause[] =>
  value !== undefined && value !== null && value < 0 ? [invalidValue(field, value, NEGATIVE)] : []

/** Each of the named members is 0 or more. */
export const noneNegative = <T extends object>(field: string, of: T | undefined, names: readonly (keyof T & string)[]): Cause[] =>
  names.flatMap((name) => notNegative(`${field}.${name}`, of?.[name] as number | undefined))

/** The words for a number outside `least` to `most`. */
export const outside = (least: number, most: number): string => `must be between ${least} and ${most}, inclusive`

/** A port number. */
export const portNumber = (field: string, value: number | undefined): Cause[] => {
  const port = value ?? 0
  return port < 1 || port > 65_535 ? [invalidValue(field, port, outside(1, 65_535))] : []
}

/** A port by number or by name. */
export const portNumberOrName = (field: string, value: number | string | undefined): Cause[] =>
  typeof value === 'string' ? named(field, value, portNameProblems) : portNumber(field, value)

/** IANA service name: names of container ports and of ports that others refer to. */
export function portNameProblems(name: string): string[] {
  const problems: string[] = []
  if (name.length > 15) problems.push('must be no more than 15 characters')
  if (!/^[-a-z0-9]+$/.test(name)) problems.push('must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)')
  if (!/[a-z]/.test(name)) problems.push('must contain at least one letter (a-z)')
  if (name.includes('--')) problems.push('must not contain consecutive hyphens')
  if (name.startsWith('-') || name.endsWith('-')) problems.push('must not begin or end with a hyphen')
  return problems
}

/** A value that an update may not change. */
export const immutable = (field: string, after: unknown, before: unknown): Cause[] =>
  sameJson(after ?? null, before ?? null) ? [] : [invalidValue(field, after ?? null, 'field is immutable')]

/** Members of a list that are set exactly once: the first is judged, later ones are forbidden. */
export function single(
  of: object,
  field: string,
  names: readonly string[],
  why: string,
  judge: (name: string, at: string) => readonly Cause[]
): { readonly count: number; readonly causes: Cause[] } {
  const values = of as Readonly<Record<string, unknown>>
  const present = names.filter((name) => values[name] !== undefined && values[name] !== null)
  const causes = present.flatMap((name, index) =>
    index === 0 ? judge(name, `${field}.${name}`) : [forbiddenField(`${field}.${name}`, why)]
  )
  return { count: present.length, causes }
}

/** Notes values and reports those that come again. */
export class Seen<T = string> {
  readonly #values = new Set<T>()

  /** The causes when `value` was here before. */
  again(field: string, value: T, shown: unknown = value): Cause[] {
    if (this.#values.has(value)) return [duplicateValue(field, shown)]
    this.#values.add(value)
    return []
  }

  has(value: T): boolean {
    return this.#values.has(value)
  }

  add(value: T): void {
    this.#values.add(value)
  }
}

const PERCENT =
  "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')"

/** A whole number or a percentage. */
export const countOrPercent = (field: string, value: number | string | undefined): Cause[] =>
  typeof value === 'string' ? (/^[0-9]+%$/.test(value) ? [] : [invalidValue(field, value, PERCENT)]) : notNegative(field, value)

/** At most all of them. */
export const notMoreThanAll = (field: string, value: number | string | undefined): Cause[] =>
  typeof value === 'string' && /^[0-9]+%$/.test(value) && Number(value.slice(0, -1)) > 100
    ? [invalidValue(field, value, 'must not be greater than 100%')]
    : []

/** The number of a count or a percentage; 0 for what is neither. */
export function countOf(value: number | string | undefined): number {
  if (typeof value !== 'string') return value ?? 0
  const number = /^([+-]?\d+)%?$/.exec(value)?.[1]
  return number === undefined ? 0 : Number(number)
}
