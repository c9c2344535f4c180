/** The functions that every template of Go knows. Those that return undefined for their arguments are called wrongly. */
import { plain } from '../number.ts'

/** What a template works on. A map of strings is a Go map: a missing key is empty. */
export type Value = string | number | boolean | undefined | { readonly [key: string]: Value }

type TemplateFunction = (args: readonly Value[]) => Value

const functions: Readonly<Record<string, TemplateFunction>> = {
  and: (args) => args.find((value) => !isTruthy(value)) ?? args.at(-1),
  or: (args) => args.find(isTruthy) ?? args.at(-1),
  not: ([value]) => !isTruthy(value),
  len: ([value]) => (typeof value === 'string' ? value.length : Object.keys(value ?? {}).length),
  index: ([map, ...keys]) => keys.reduce<Value>((value, key) => (typeof value === 'object' ? (value[printed(key)] ?? '') : ''), map),
  eq: ([first, ...rest]) => rest.some((other) => other === first),
  ne: ([first, second]) => first !== second,
  lt: ([first, second]) => (first ?? 0) < (second ?? 0),
  le: ([first, second]) => (first ?? 0) <= (second ?? 0),
  gt: ([first, second]) => (first ?? 0) > (second ?? 0),
  ge: ([first, second]) => (first ?? 0) >= (second ?? 0),
  print: (args) => args.map(printed).join(''),
  println: (args) => `${args.map(printed).join(' ')}\n`,
  printf: ([format, ...args]) => (format === undefined ? '' : formatted(printed(format), args)),
  slice: ([text, from, to]) => printed(text).slice(Number(from ?? 0), to === undefined ? undefined : Number(to)),
  html: (args) =>
    args
      .map(printed)
      .join('')
      .replace(/[&<>"']/g, (c) => `&#${c.codePointAt(0)};`),
  js: (args) =>
    args
      .map(printed)
      .join('')
      .replace(/[\\'"<>&=\n\r\t]/g, jsEscape),
  urlquery: (args) => encodeURIComponent(args.map(printed).join(''))
}

/** Names that may be called. */
export const functionNames: ReadonlySet<string> = new Set([...Object.keys(functions), 'call'])

/** The function of that name; `call` has no meaning here. */
export const functionOf = (name: string): TemplateFunction | undefined => functions[name]

/** Empty texts, maps, zero and false are not true. */
export function isTruthy(value: Value): boolean {
  return typeof value === 'object' ? Object.keys(value).length > 0 : Boolean(value)
}

/** A value as an action prints it. */
export function printed(value: Value): string {
  if (value === undefined) return '<no value>'
  if (typeof value === 'number') return plain(value)
  if (typeof value !== 'object') return String(value)
  const entries = Object.keys(value).sort()
  return `map[${entries.map((key) => `${key}:${printed(value[key])}`).join(' ')}]`
}

function formatted(format: string, args: readonly Value[]): string {
  let next = 0
  return format.replace(/%([svdq%])/g, (_, verb: string) => {
    if (verb === '%') return '%'
    const text = printed(args[next++])
    return verb === 'q' ? JSON.stringify(text) : text
  })
}

const jsEscape = (character: string): string =>
  ['\\', "'", '"'].includes(character)
    ? `\\${character}`
    : `\\u${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`
