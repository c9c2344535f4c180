/**
 * Go's types as data: what `encoding/json` makes of a JSON value. Upstream's webhook decodes every object into its Go type and writes it back,
 * so these types decide which errors a wrong type gives, which fields are dropped, and which empty ones appear.
 */
export type Shape =
  | { readonly kind: 'bool' | 'int' | 'int32' | 'int64' | 'quantity' | 'intOrString' | 'time' | 'url' }
  /** `go` where the type has a name of its own. */
  | { readonly kind: 'string'; readonly go?: string }
  | { readonly kind: 'list'; readonly go: string; readonly of: Shape }
  | { readonly kind: 'map'; readonly go: string; readonly of: Shape }
  | Struct
  /** A struct whose inside is taken as it comes. */
  | { readonly kind: 'opaque'; readonly go: string }

/** A Go struct: package and name, and its fields by JSON name. */
export interface Struct {
  readonly kind: 'struct'
  readonly go: string
  readonly fields: Readonly<Record<string, Field>>
}

/**
 * A field. `value` is left out when empty (Go's omitempty), `pointer` when absent, `always` never. `via` names the embedded structs that it
 * comes through: they stand in error texts.
 */
export interface Field {
  readonly shape: Shape
  readonly emit: 'value' | 'pointer' | 'always'
  readonly via: readonly string[]
}

export type Fields = Readonly<Record<string, Field>>

export const string: Shape = { kind: 'string' }
export const bool: Shape = { kind: 'bool' }
export const int: Shape = { kind: 'int' }
export const int32: Shape = { kind: 'int32' }
export const int64: Shape = { kind: 'int64' }
export const quantity: Shape = { kind: 'quantity' }
export const intOrString: Shape = { kind: 'intOrString' }
export const time: Shape = { kind: 'time' }
/** Knative's apis.URL: a text that is read as a URL, and printed anew. */
export const url: Shape = { kind: 'url' }
/** A string type with a name. */
export const named = (go: string): Shape => ({ kind: 'string', go })

export const value = (shape: Shape): Field => ({ shape, emit: 'value', via: [] })
export const pointer = (shape: Shape): Field => ({ shape, emit: 'pointer', via: [] })
export const always = (shape: Shape): Field => ({ shape, emit: 'always', via: [] })
export const list = (of: Shape, go = `[]${goType(of)}`): Shape => ({ kind: 'list', go, of })
export const map = (of: Shape, go = `map[string]${goType(of)}`): Shape => ({ kind: 'map', go, of })

/** Fields are kept by alphabet: the server sends objects that way, and the first wrong one is told. */
export function struct(go: string, fields: Fields): Struct {
  const sorted = Object.entries(fields).sort(([a], [b]) => (a < b ? -1 : 1))
  return { kind: 'struct', go, fields: Object.fromEntries(sorted) }
}

/** A struct that holds itself somewhere inside. */
export function recursive(go: string, fieldsOf: (self: Struct) => Fields): Struct {
  const fields: Record<string, Field> = {}
  const self: Struct = { kind: 'struct', go, fields }
  Object.assign(fields, struct(go, fieldsOf(self)).fields)
  return self
}

export const opaque = (go: string): Shape => ({ kind: 'opaque', go })

/** The fields of an embedded struct. */
export const embedded = (name: string, fields: Fields): Fields =>
  Object.fromEntries(Object.entries(fields).map(([key, field]) => [key, { ...field, via: [name, ...field.via] }]))

/** The same fields, all left out when empty. */
export const values = (shape: Shape, ...names: string[]): Fields => Object.fromEntries(names.map((name) => [name, value(shape)]))

/** The same fields, all left out when absent. */
export const pointers = (shape: Shape, ...names: string[]): Fields => Object.fromEntries(names.map((name) => [name, pointer(shape)]))

/** A kind: its spec, and its status where one is sent. */
export const kind = (go: string, spec: Struct, status: Struct): Struct => struct(go, { spec: value(spec), status: value(status) })

/** What Go calls a type. */
export function goType(shape: Shape): string {
  switch (shape.kind) {
    case 'list':
    case 'map':
    case 'struct':
    case 'opaque':
      return shape.go
    case 'quantity':
      return 'resource.Quantity'
    case 'intOrString':
      return 'int32'
    case 'string':
      return shape.go ?? 'string'
    case 'time':
    case 'url':
      return 'string'
    default:
      return shape.kind
  }
}
