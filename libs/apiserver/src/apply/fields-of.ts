/** Which fields a value sets. */
import { isObject } from '../schema/json.ts'
import type { Schema } from '../schema/schema.ts'
import { FieldSetBuilder, type FieldSet } from './field-set.ts'
import { elementOf, fieldSchema, isNamed, itemSchema, topologyOf } from './topology.ts'

/** The paths that an applied object claims. */
export function fieldsOf(schema: Schema, value: unknown): FieldSet {
  const root = new FieldSetBuilder()
  collect(schema, value, root)
  return root.build()
}

/** Puts the paths below a value into `into`; false when the value is a leaf, so that its parent must hold it. */
function collect(schema: Schema, value: unknown, into: FieldSetBuilder): boolean {
  switch (topologyOf(schema, value)) {
    case 'leaf':
      return false
    case 'map':
      if (isObject(value)) for (const [key, inner] of Object.entries(value)) collectMember(schema, key, inner, into)
      return true
    default:
      if (Array.isArray(value)) for (const item of value) collectItem(schema, item, into)
      return true
  }
}

function collectMember(schema: Schema, key: string, value: unknown, into: FieldSetBuilder): void {
  const element = `f:${key}`
  const isInner = collect(fieldSchema(schema, key), value, into.below(element))
  const isBare = value === null || (isObject(value) && Object.keys(value).length === 0)
  if (!isInner || isBare || !isNamed(schema, key)) into.members.add(element)
}

function collectItem(schema: Schema, item: unknown, into: FieldSetBuilder): void {
  const element = elementOf(schema, item)
  collect(itemSchema(schema), item, into.below(element))
  into.members.add(element)
}

/** The set with every named field above one of its paths: what removing all of those paths may take along. Keys of maps are not added. */
export function withNamedParents(schema: Schema, set: FieldSet): FieldSet {
  const members = new Set(set.members)
  const children = new Map<string, FieldSet>()
  for (const [element, child] of set.children) {
    const key = element.slice(2)
    if (element.startsWith('f:') && isNamed(schema, key)) members.add(element)
    children.set(element, withNamedParents(element.startsWith('f:') ? fieldSchema(schema, key) : itemSchema(schema), child))
  }
  return { members, children }
}
