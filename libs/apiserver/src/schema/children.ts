/** The one place that knows how a schema describes the members of an object. */
import type { Schema } from './schema.ts'

/** Any value at all: what an unknown member of an open object is. */
export const ANYTHING: Schema = { 'x-kubernetes-preserve-unknown-fields': true }

/** The schema of the member `key`; undefined when the schema does not know it. Own properties only: `constructor` is no field. */
export function memberSchema(schema: Schema, key: string): Schema | undefined {
  if (schema.properties !== undefined && Object.hasOwn(schema.properties, key)) return schema.properties[key]
  if (typeof schema.additionalProperties === 'object') return schema.additionalProperties
  return schema.additionalProperties === true ? ANYTHING : undefined
}

/** True where members that the schema does not name are kept. */
export function isOpen(schema: Schema): boolean {
  return schema['x-kubernetes-preserve-unknown-fields'] === true
}

/** True where the value is a complete object of some kind, with `apiVersion`, `kind` and `metadata` of its own. */
export function isEmbedded(schema: Schema): boolean {
  return schema['x-kubernetes-embedded-resource'] === true
}

export const EMBEDDED_MEMBERS: readonly string[] = ['apiVersion', 'kind', 'metadata']

const zeroed = new WeakMap<Schema, boolean>()

/** Whether Go writes zeros somewhere in values of the schema: in built-in kinds, and in no others. */
export function hasZeros(schema: Schema): boolean {
  const known = zeroed.get(schema)
  if (known !== undefined) return known
  const found = reaches(schema, (node) => Object.keys(node['x-go-zero'] ?? {}).length > 0, new Set())
  zeroed.set(schema, found)
  return found
}

/** Built-in schemas have cycles: each node is met once. */
function reaches(schema: Schema, isIt: (node: Schema) => boolean, met: Set<Schema>): boolean {
  if (met.has(schema)) return false
  met.add(schema)
  if (isIt(schema)) return true
  const { properties = {}, additionalProperties, items } = schema
  const open = typeof additionalProperties === 'object' ? [additionalProperties] : []
  return [...Object.values(properties), ...open, ...(items === undefined ? [] : [items])].some((node) => reaches(node, isIt, met))
}

const ruled = new WeakMap<Schema, boolean>()

/** Whether the schema or a part of it carries rules (`x-kubernetes-validations`). */
export function hasRules(schema: Schema): boolean {
  const known = ruled.get(schema)
  if (known !== undefined) return known
  // Built-in schemas have cycles: a node met again while it is walked adds nothing.
  ruled.set(schema, false)
  const own = (schema['x-kubernetes-validations'] ?? []).length > 0
  const { metadata: _, ...properties } = schema.properties ?? {}
  const open = typeof schema.additionalProperties === 'object' ? [schema.additionalProperties] : []
  const found = own || [...Object.values(properties), ...open, ...(schema.items === undefined ? [] : [schema.items])].some(hasRules)
  ruled.set(schema, found)
  return found
}
