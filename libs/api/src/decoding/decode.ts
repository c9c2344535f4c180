import { parsed, quote, unparsed, type Parsed } from '../go/parsed.ts'
import { formatQuantity, parseQuantity } from '../go/quantity.ts'
import { parseUrl, urlText } from '../go/url.ts'
import { goType, type Field, type Shape, type Struct } from './shape.ts'

/**
 * Reads a JSON value as Go's `encoding/json` would into `struct`, and gives it back as Go would write it: unknown and empty fields are gone,
 * fields that Go always writes are there. The error is Go's.
 */
export const decodeStruct = (struct: Struct, json: unknown): Parsed<Record<string, unknown>> => decodeWith(new Decoder(false), struct, json)

/** The same, but a field that the struct does not have is an error (Go's DisallowUnknownFields). Case does not count in names, as in Go. */
export const decodeStrictly = (struct: Struct, json: unknown): Parsed<Record<string, unknown>> =>
  decodeWith(new Decoder(true), struct, json)

function decodeWith(decoder: Decoder, struct: Struct, json: unknown): Parsed<Record<string, unknown>> {
  try {
    const result = decoder.struct(struct, json)
    return decoder.problem === undefined ? parsed(result) : unparsed(decoder.problem)
  } catch (error) {
    if (error instanceof HardFailure) return unparsed(error.message)
    throw error
  }
}

/** An error of a type's own reader ends the decoding; a wrong JSON type only spoils the result, and the first is told. */
class HardFailure extends Error {}

type Json = Readonly<Record<string, unknown>>

class Decoder {
  readonly #path: string[] = []
  readonly #isStrict: boolean
  #struct = ''
  problem: string | undefined

  constructor(isStrict: boolean) {
    this.#isStrict = isStrict
  }

  struct(struct: Struct, json: unknown): Record<string, unknown> {
    let source: Json = {}
    if (isObject(json)) source = json
    else if (json !== undefined && json !== null) this.#mismatch(json, struct.go)
    const outer = this.#struct
    const result: Record<string, unknown> = {}
    if (this.#isStrict) source = this.#known(struct, source)
    for (const [name, field] of Object.entries(struct.fields)) {
      this.#struct = struct.go.slice(struct.go.lastIndexOf('.') + 1)
      this.#path.push(...field.via, name)
      const value = this.#field(field, source[name])
      if (value !== undefined) result[name] = value
      this.#path.length -= field.via.length + 1
    }
    this.#struct = outer
    return result
  }

  /**
   * The same under the names that the struct has. Go tells of an unknown field in its turn, which is by name: what comes before it is looked at
   * first, so that a wrong type there is what is told.
   */
  #known(struct: Struct, source: Json): Json {
    const names = Object.keys(struct.fields)
    const known: Record<string, unknown> = {}
    for (const name of Object.keys(source).sort()) {
      const own = Object.hasOwn(struct.fields, name) ? name : names.find((one) => one.toLowerCase() === name.toLowerCase())
      if (own === undefined) this.#unknown(struct, source, name)
      else if (known[own] === undefined) known[own] = source[name]
    }
    return known
  }

  #unknown(struct: Struct, source: Json, name: string): void {
    if (this.problem !== undefined) return
    const before = Object.entries(struct.fields).filter(([field]) => field < name)
    const earlier = new Decoder(true)
    earlier.#path.push(...this.#path)
    earlier.struct({ ...struct, fields: Object.fromEntries(before) }, Object.fromEntries(before.map(([field]) => [field, source[field]])))
    this.problem = earlier.problem ?? `json: unknown field ${quote(name)}`
  }

  #field(field: Field, json: unknown): unknown {
    const { shape, emit } = field
    if (emit === 'pointer') return json === undefined || json === null ? undefined : (this.#value(shape, json) ?? zeroOf(shape))
    const value = shape.kind === 'struct' ? this.struct(shape, json) : this.#value(shape, json)
    if (emit === 'always') return value ?? zeroOf(shape)
    return isEmpty(value) && shape.kind !== 'struct' ? undefined : value
  }

  /** Undefined when the JSON says nothing, or something of a wrong type. */
  #value(shape: Shape, json: unknown): unknown {
    if (json === undefined || json === null) return undefined
    switch (shape.kind) {
      case 'string':
      case 'time':
        return typeof json === 'string' ? json : this.#mismatch(json, goType(shape))
      case 'url':
        return typeof json === 'string' ? printedUrl(json) : this.#mismatch(json, 'string')
      case 'bool':
        return typeof json === 'boolean' ? json : this.#mismatch(json, 'bool')
      case 'int':
      case 'int32':
      case 'int64':
        return this.#integer(json, shape.kind)
      case 'intOrString':
        return typeof json === 'string' ? json : this.#integer(json, 'int32')
      case 'quantity':
        return readQuantity(json)
      case 'list':
        return Array.isArray(json) ? json.map((item) => this.#item(shape.of, item)) : this.#mismatch(json, shape.go)
      case 'map':
        if (!isObject(json)) return this.#mismatch(json, shape.go)
        return Object.fromEntries(Object.entries(json).map(([key, item]) => [key, this.#item(shape.of, item)]))
      case 'struct':
        return this.struct(shape, json)
      case 'opaque':
        return isObject(json) ? json : this.#mismatch(json, shape.go)
    }
  }

  #item(shape: Shape, json: unknown): unknown {
    return shape.kind === 'struct' ? this.struct(shape, json) : (this.#value(shape, json) ?? zeroOf(shape))
  }

  #integer(json: unknown, type: 'int' | 'int32' | 'int64'): number | undefined {
    if (typeof json !== 'number') return this.#mismatch(json, type)
    const bound = type === 'int32' ? 2 ** 31 : 2 ** 63
    return Number.isInteger(json) && json >= -bound && json < bound ? json : this.#mismatch(json, type, ` ${printNumber(json)}`)
  }

  #mismatch(json: unknown, type: string, literal = ''): undefined {
    const where = this.#struct === '' ? 'Go value' : `Go struct field ${this.#struct}.${this.#path.join('.')}`
    this.problem ??= `json: cannot unmarshal ${kindOf(json)}${literal} into ${where} of type ${type}`
    return undefined
  }
}

function printedUrl(text: string): string {
  const url = parseUrl(text)
  if (!url.ok) throw new HardFailure(url.error)
  return urlText(url.value)
}

function readQuantity(json: unknown): string {
  const text = typeof json === 'string' ? json.trim() : typeof json === 'number' ? printNumber(json) : JSON.stringify(json)
  const result = parseQuantity(text)
  if (!result.ok) throw new HardFailure(result.error)
  // A bare number comes out in canonical form, a text stays as spelled.
  return typeof json === 'number' ? formatQuantity(result.value) : result.value.text
}

const isObject = (json: unknown): json is Json => typeof json === 'object' && json !== null && !Array.isArray(json)

function kindOf(json: unknown): string {
  if (Array.isArray(json)) return 'array'
  return typeof json === 'boolean' ? 'bool' : typeof json
}

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === '' || value === 0 || value === false) return true
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0
}

function zeroOf(shape: Shape): unknown {
  switch (shape.kind) {
    case 'string':
    case 'url':
      return ''
    case 'bool':
      return false
    case 'int':
    case 'int32':
    case 'int64':
    case 'intOrString':
      return 0
    case 'quantity':
      return '0'
    case 'struct':
      return new Decoder(false).struct(shape, undefined)
    case 'opaque':
      return {}
    case 'list':
    case 'map':
    case 'time':
      return null
  }
}

const printNumber = (json: number): string => String(json)
