/** What changed between two values, as field sets. */
import { equalJson, isObject } from '../schema/json.ts'
import type { Schema } from '../schema/schema.ts'
import { FieldSetBuilder, type FieldSet } from './field-set.ts'
import { elementOf, fieldSchema, itemSchema, topologyOf } from './topology.ts'

export interface Comparison {
  readonly added: FieldSet
  readonly modified: FieldSet
  readonly removed: FieldSet
}

/** One level of both values, and what has changed right there: sets are made where something has, which is nearly nowhere. */
class Place {
  readonly #above: Place | undefined
  readonly #element: string
  readonly #sets: { -readonly [kind in keyof Comparison]?: FieldSetBuilder } = {}

  constructor(above?: Place, element = '') {
    this.#above = above
    this.#element = element
  }

  at(kind: keyof Comparison): FieldSetBuilder {
    return (this.#sets[kind] ??= this.#above === undefined ? new FieldSetBuilder() : this.#above.at(kind).below(this.#element))
  }
}

/** Compares two objects of one schema. Structures that appear or vanish count themselves, beside their leaves. */
export function compare(schema: Schema, before: unknown, after: unknown): Comparison {
  const root = new Place()
  walk(schema, before, after, root)
  return { added: root.at('added').build(), modified: root.at('modified').build(), removed: root.at('removed').build() }
}

const isBare = (value: unknown) =>
  value === undefined || value === null || (Array.isArray(value) ? value.length === 0 : isObject(value) && Object.keys(value).length === 0)

/** Compares what lies below two values; false when they count as leaves. */
function walk(schema: Schema, before: unknown, after: unknown, place: Place): boolean {
  const topology = topologyOf(schema, before, after)
  if (topology === 'leaf' || (isBare(before) && isBare(after))) return false
  if (topology === 'map') {
    const [left, right] = [isObject(before) ? before : {}, isObject(after) ? after : {}]
    for (const key of new Set([...Object.keys(left), ...Object.keys(right)])) {
      const [old, fresh] = [Object.hasOwn(left, key) ? left[key] : undefined, Object.hasOwn(right, key) ? right[key] : undefined]
      note(fieldSchema(schema, key), `f:${key}`, old, fresh, place)
    }
    return true
  }
  const [left, right] = [indexed(schema, before), indexed(schema, after)]
  for (const element of new Set([...left.keys(), ...right.keys()]))
    note(itemSchema(schema), element, left.get(element), right.get(element), place)
  return true
}

function note(schema: Schema, element: string, before: unknown, after: unknown, place: Place): void {
  // The very same value, as what a write of status leaves alone; or nothing on both sides.
  if (before === after) return
  const isInner = walk(schema, before, after, new Place(place, element))
  if (before === undefined) place.at('added').members.add(element)
  else if (after === undefined) place.at('removed').members.add(element)
  else if (!isInner && !equalJson(before, after)) place.at('modified').members.add(element)
}

function indexed(schema: Schema, list: unknown): Map<string, unknown> {
  const items = new Map<string, unknown>()
  if (Array.isArray(list)) for (const item of list) items.set(elementOf(schema, item), item)
  return items
}
