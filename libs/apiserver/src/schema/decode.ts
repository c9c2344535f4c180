/**
 * Built-in kinds are read by a Go server into typed structs: a value of another type is refused before any rule sees it, times lose
 * what their type cannot hold. This does the same to JSON, in Go's words.
 */
import { definitionName } from '../openapi/schema-set.ts'
import { memberSchema } from './children.ts'
import { goJsonKind } from './go-text.ts'
import { isObject, setMember } from './json.ts'
import type { Schema } from './schema.ts'

const QUANTITY = /^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+|n|u|m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei)?$/
const QUANTITY_TEXT = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"
const TIME = /^(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2}:\d{2})(\.\d+)?(Z|[+-]\d{2}:\d{2})$/
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/
// OpenAPI calls both kinds of time `date-time`; these are the fields of the finer one.
const MICRO_TIMES = ['renewTime', 'acquireTime', 'eventTime', 'lastObservedTime']
const INT32 = { least: -(2 ** 31), most: 2 ** 31 - 1 }

/**
 * Checks types against a built-in kind's schema and normalises times, in place. Returns what Go's decoder would say of the first misfit, or
 * undefined. `kind` names the outermost struct.
 */
export function decodeProblem(kind: string, schema: Schema, value: unknown): string | undefined {
  return check(schema, value, { struct: kind, fields: [] })
}

/** The Go struct that is being filled, and the fields that lead to a value: keys of maps and places in lists do not count. */
interface Spot {
  readonly struct: string
  readonly fields: readonly string[]
}

function check(schema: Schema, value: unknown, spot: Spot): string | undefined {
  if (value === null || value === undefined || schema['x-kubernetes-preserve-unknown-fields'] === true) return undefined
  if (schema.format === 'quantity') return quantityProblem(value)
  if (schema['x-kubernetes-int-or-string'] === true || schema.format === 'int-or-string') {
    if (typeof value === 'string') return undefined
    return Number.isInteger(value) ? undefined : mismatch(value, 'int32', spot)
  }
  switch (schema.type) {
    case 'object':
      return isObject(value) ? checkMembers(schema, value, spot) : mismatch(value, goType(schema), spot)
    case 'array':
      return checkItems(schema, value, spot)
    case 'string':
      return typeof value === 'string' ? undefined : mismatch(value, 'string', spot)
    case 'boolean':
      return typeof value === 'boolean' ? undefined : mismatch(value, 'bool', spot)
    case 'integer':
      return fitsInteger(schema, value) ? undefined : mismatch(value, goType(schema), spot)
    case 'number':
      return typeof value === 'number' ? undefined : mismatch(value, 'float64', spot)
    default:
      return undefined
  }
}

function checkMembers(schema: Schema, value: Record<string, unknown>, { struct, fields }: Spot): string | undefined {
  const isMap = schema.properties === undefined
  const own = isMap ? struct : (structName(schema) ?? struct)
  for (const key of Object.keys(value)) {
    const member = memberSchema(schema, key)
    if (member === undefined) continue
    const text = value[key]
    if (member.type === 'string' && typeof text === 'string' && (member.format === 'date-time' || member.format === 'byte')) {
      const read = member.format === 'byte' ? bytesOf(text) : timeOf(text, MICRO_TIMES.includes(key))
      if ('problem' in read) return read.problem
      setMember(value, key, read.value)
      continue
    }
    const problem = check(member, text, { struct: own, fields: isMap ? fields : [...fields, key] })
    if (problem !== undefined) return problem
  }
  return undefined
}

function checkItems(schema: Schema, value: unknown, spot: Spot): string | undefined {
  if (!Array.isArray(value)) return mismatch(value, goType(schema), spot)
  if (schema.items === undefined) return undefined
  for (const item of value) {
    // Go reads a null item as the zero of its type, which the rules of no kind allow.
    const problem = item === null ? mismatch(item, goType(schema.items), spot) : check(schema.items, item, spot)
    if (problem !== undefined) return problem
  }
  return undefined
}

function fitsInteger(schema: Schema, value: unknown): boolean {
  if (!Number.isSafeInteger(value)) return false
  return schema.format !== 'int32' || ((value as number) >= INT32.least && (value as number) <= INT32.most)
}

function mismatch(value: unknown, type: string, { struct, fields }: Spot): string {
  const shown = typeof value === 'number' && (type === 'int32' || type === 'int64') ? `number ${value}` : goJsonKind(value)
  return `json: cannot unmarshal ${shown} into Go struct field ${[struct, ...fields].join('.')} of type ${type}`
}

/** `PodSpec` of `io.k8s.api.core.v1.PodSpec`. */
const structName = (schema: Schema) => definitionName(schema)?.split('.').at(-1)

/** As Go names the type that a schema was made from; named kinds of text are told as `string`. */
function goType(schema: Schema): string {
  switch (schema.type) {
    case 'array':
      return `[]${goType(schema.items ?? {})}`
    case 'integer':
      return schema.format === 'int32' ? 'int32' : 'int64'
    case 'boolean':
      return 'bool'
    case 'number':
      return 'float64'
    case 'string':
      return 'string'
    default:
      if (typeof schema.additionalProperties === 'object') return `map[string]${goType(schema.additionalProperties)}`
      return definitionName(schema)?.split('.').slice(-2).join('.') ?? 'struct'
  }
}

function quantityProblem(value: unknown): string | undefined {
  const fits =
    (typeof value === 'string' && QUANTITY.test(value.trim())) ||
    (typeof value === 'number' && Number.isFinite(value) && QUANTITY.test(String(value)))
  return fits ? undefined : QUANTITY_TEXT
}

type Read = { readonly value: string } | { readonly problem: string }

function bytesOf(text: string): Read {
  if (BASE64.test(text)) return { value: text }
  const odd = /[^A-Za-z0-9+/=]/.exec(text)?.index ?? text.length
  return { problem: `illegal base64 data at input byte ${odd}` }
}

function timeOf(text: string, micro: boolean): Read {
  const layout = micro ? '2006-01-02T15:04:05.000000Z07:00' : '2006-01-02T15:04:05Z07:00'
  const [all, date, time, fraction = '', zone = ''] = TIME.exec(text) ?? []
  const refuse = (rest: string, part: string): Read => ({
    problem: `parsing time ${JSON.stringify(text)} as ${JSON.stringify(layout)}: cannot parse ${JSON.stringify(rest)} as ${JSON.stringify(part)}`
  })
  if (all === undefined || Number.isNaN(Date.parse(text))) return refuse(text, '2006')
  if (micro)
    return /^(\.\d{6})?$/.test(fraction) && fraction !== ''
      ? { value: text }
      : fraction === '' && zone === 'Z'
        ? { value: `${date}T${time}.000000Z` }
        : refuse(`${fraction}${zone}`, '.000000')
  return { value: zone === 'Z' ? `${date}T${time}Z` : `${new Date(Date.parse(`${date}T${time}${zone}`)).toISOString().slice(0, 19)}Z` }
}
