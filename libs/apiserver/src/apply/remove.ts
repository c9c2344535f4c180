/** Removal of fields by path. */
import { copyJson, isObject, setMember } from '../schema/json.ts'
import type { Schema } from '../schema/schema.ts'
import { isEmpty, type FieldSet } from './field-set.ts'
import { elementOf, fieldSchema, itemSchema, topologyOf } from './topology.ts'

/** A copy of the value without the paths of the set. Maps and lists that are emptied on the way vanish: undefined when nothing is left. */
export function removeFields(schema: Schema, value: unknown, set: FieldSet): unknown {
  if (isEmpty(set)) return copyJson(value)
  const topology = topologyOf(schema, value)
  if (topology === 'map' && isObject(value)) return removeMembers(schema, value, set)
  if ((topology === 'set' || topology === 'listMap') && Array.isArray(value)) return removeItems(schema, value, set)
  return copyJson(value)
}

function removeMembers(schema: Schema, value: Record<string, unknown>, set: FieldSet): unknown {
  const out: Record<string, unknown> = {}
  for (const [key, inner] of Object.entries(value)) {
    const element = `f:${key}`
    if (set.members.has(element)) continue
    const below = set.children.get(element)
    const rest = below === undefined ? copyJson(inner) : removeFields(fieldSchema(schema, key), inner, below)
    if (rest !== undefined) setMember(out, key, rest)
  }
  return Object.keys(out).length > 0 || Object.keys(value).length === 0 ? out : undefined
}

function removeItems(schema: Schema, value: readonly unknown[], set: FieldSet): unknown {
  const rest = value.flatMap((item) => {
    const element = elementOf(schema, item)
    if (set.members.has(element)) return []
    const below = set.children.get(element)
    const kept = below === undefined ? copyJson(item) : removeFields(itemSchema(schema), item, below)
    return kept === undefined ? [] : [kept]
  })
  return rest.length > 0 || value.length === 0 ? rest : undefined
}
