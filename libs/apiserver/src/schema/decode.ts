/**
 * Built-in kinds are read by a Go server into typed structs: a value of another type is refused before any rule sees it, times lose
 * what their type cannot hold. This does the same to JSON, in Go's words.
 */
import { memberSchema } from './children.ts'
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
  return new Decoder(kind).check(schema, value, [])
}

class Decoder {
  readonly #kind: string

  constructor(kind: string) {
    this.#kind = kind
  }

  check(schema: Schema, value: unknown, path: readonly string[]): string | undefined {
    if (value === null || value === undefined || schema['x-kubernetes-preserve-unknown-fields'] === true) return undefined
    if (schema.format === 'quantity') return quantityProblem(value)
    if (schema['x-kubernetes-int-or-string'] === true || schema.format === 'int-or-string') {
      if (typeof value === 'string') return undefined
      return Number.isInteger(value) ? undefined : this.#mismatch(value, 'int32', path)
    }
    switch (schema.type) {
      case 'object':
        return this.#object(schema, value, path)
      case 'array':
        return this.#array(schema, value, path)
      case 'string':
        return typeof value === 'string' ? undefined : this.#mismatch(value, 'string', path)
      case 'boolean':
        return typeof value === 'boolean' ? undefined : this.#mismatch(value, 'bool', path)
      case 'integer':
        return this.#integer(schema, value, path)
      case 'number':
        return typeof value === 'number' ? undefined : this.#mismatch(value, 'float64', path)
      default:
        return undefined
    }
  }

  #object(schema: Schema, value: unknown, path: readonly string[]): string | undefined {
    if (!isObject(value)) return this.#mismatch(value, schema.additionalProperties === undefined ? 'struct' : 'map', path)
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
      const problem = this.check(member, text, [...path, key])
      if (problem !== undefined) return problem
    }
    return undefined
  }

  #array(schema: Schema, value: unknown, path: readonly string[]): string | undefined {
    if (!Array.isArray(value)) return this.#mismatch(value, '[]', path)
    if (schema.items === undefined) return undefined
    for (const item of value) {
      // Go reads a null item as the zero of its type: where that is a struct or a text, there is nothing to look at.
      const problem = item === null ? this.#mismatch(item, schema.items.type ?? 'value', path) : this.check(schema.items, item, path)
      if (problem !== undefined) return problem
    }
    return undefined
  }

  #integer(schema: Schema, value: unknown, path: readonly string[]): string | undefined {
    const type = schema.format === 'int32' ? 'int32' : 'int64'
    if (typeof value !== 'number') return this.#mismatch(value, type, path)
    const fits = Number.isSafeInteger(value) && (type === 'int64' || (value >= INT32.least && value <= INT32.most))
    return fits ? undefined : this.#mismatch(value, type, path)
  }

  #mismatch(value: unknown, type: string, path: readonly string[]): string {
    const what = value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value
    const shown = typeof value === 'number' && (type === 'int32' || type === 'int64') ? `number ${value}` : what
    return `json: cannot unmarshal ${shown} into Go struct field ${this.#structOf(path)}.${path.join('.')} of type ${type}`
  }

  /** `DeploymentSpec` holds `spec.replicas`; deeper structs are named by their field. */
  #structOf(path: readonly string[]): string {
    const [first, ...rest] = path
    if (first === undefined || rest.length === 0) return this.#kind
    if (rest.length === 1) return first === 'metadata' ? 'ObjectMeta' : `${this.#kind}${capital(first)}`
    return capital(path.at(-2) ?? this.#kind)
  }
}

const capital = (text: string) => `${text.charAt(0).toUpperCase()}${text.slice(1)}`

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
