/** Removal of fields that a schema does not know. */
import { SchemaSet } from '../openapi/schema-set.ts'
import { EMBEDDED_MEMBERS, isEmbedded, isOpen, memberSchema } from './children.ts'
import { isObject } from './json.ts'
import type { Schema } from './schema.ts'

/**
 * Removes unknown fields in place and returns their paths (`spec.ports[0].colour`), for `unknown field "…"` messages: those of `metadata`
 * first and the rest by name for custom kinds, in document order for built-in ones, as the reference lists them.
 */
export function prune(schema: Schema, value: unknown): string[] {
  const unknown: string[] = []
  walk(schema, value, '', unknown)
  if (schema['x-go-zero'] !== undefined) return unknown
  const inMeta = (path: string) => path.startsWith('metadata.')
  return [...unknown.filter(inMeta), ...unknown.filter((path) => !inMeta(path)).sort()]
}

function walk(schema: Schema, value: unknown, path: string, unknown: string[]): void {
  if (Array.isArray(value)) {
    const { items } = schema
    if (items !== undefined) value.forEach((item, index) => walk(items, item, `${path}[${index}]`, unknown))
    return
  }
  if (!isObject(value)) return
  for (const key of Object.keys(value)) {
    const inner = memberSchema(schema, key)
    const here = path === '' ? key : `${path}.${key}`
    if (inner !== undefined) walk(inner, value[key], here, unknown)
    else if (isEmbedded(schema) && key === 'metadata') walk(embeddedMetadata(), value[key], here, unknown)
    else if (!isOpen(schema) && !(isEmbedded(schema) && EMBEDDED_MEMBERS.includes(key)) && !isUntyped(schema)) {
      unknown.push(here)
      delete value[key]
    }
  }
}

const embeddedMetadata = () => SchemaSet.builtin().get('io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta')

/** A node that may be a number or a text says nothing of members. */
const isUntyped = (schema: Schema): boolean => schema['x-kubernetes-int-or-string'] === true
