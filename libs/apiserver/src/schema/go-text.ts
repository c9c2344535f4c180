/** JSON values in Go's words, as error texts of the reference quote and name them. */
import { isObject } from './json.ts'

/** As `%v` prints one: `map[image:i:7 name:c]`, `[1 2]`, `<nil>`: members by name, texts bare. */
export function goText(value: unknown): string {
  if (value === null || value === undefined) return '<nil>'
  if (Array.isArray(value)) return `[${value.map(goText).join(' ')}]`
  if (!isObject(value)) return String(value)
  return `map[${Object.keys(value)
    .sort()
    .map((key) => `${key}:${goText(value[key])}`)
    .join(' ')}]`
}

/** Go's name (`%T`) of the type of a decoded JSON value. */
export function goTypeOf(value: unknown): string {
  if (value === null || value === undefined) return '<nil>'
  if (Array.isArray(value)) return '[]interface {}'
  if (isObject(value)) return 'map[string]interface {}'
  if (typeof value === 'number') return Number.isInteger(value) ? 'int64' : 'float64'
  return typeof value === 'boolean' ? 'bool' : 'string'
}

/** As `%#v` prints one: `map[string]interface {}{"name":"c"}`. */
export function goSyntax(value: unknown): string {
  if (Array.isArray(value)) return `[]interface {}{${value.map(goSyntax).join(', ')}}`
  if (!isObject(value)) return JSON.stringify(value)
  return `map[string]interface {}{${Object.entries(value)
    .map(([key, inner]) => `${JSON.stringify(key)}:${goSyntax(inner)}`)
    .join(', ')}}`
}

/** As `encoding/json` names the kind of one that it cannot unmarshal: `array`, `bool`, `number`, `object`, `string`, `null`. */
export function goJsonKind(value: unknown): string {
  if (value === null || value === undefined) return 'null'
  if (Array.isArray(value)) return 'array'
  return typeof value === 'boolean' ? 'bool' : typeof value
}

/** As `encoding/json` refuses what is no object where a map is wanted. */
export const noGoMap = (value: unknown): string =>
  `json: cannot unmarshal ${goJsonKind(value)} into Go value of type map[string]interface {}`

/** As `encoding/json` writes one: what HTML gives a meaning to is escaped. */
export const goJson = (value: unknown): string =>
  JSON.stringify(value).replace(/[<>&]/g, (character) => `\\u00${character.charCodeAt(0).toString(16)}`)
