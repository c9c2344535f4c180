/** Nulls in custom objects: where a schema does not allow one, it is as if nothing had been said. */
import { memberSchema } from './children.ts'
import { isObject } from './json.ts'
import type { Schema } from './schema.ts'

/** Removes members that are null and may not be, in place. Members with a default have been given it before. */
export function dropForbiddenNulls(schema: Schema, value: unknown): void {
  if (Array.isArray(value)) {
    const { items } = schema
    if (items !== undefined) for (const item of value) dropForbiddenNulls(items, item)
    return
  }
  if (!isObject(value)) return
  for (const [key, item] of Object.entries(value)) {
    const member = memberSchema(schema, key)
    if (member === undefined) continue
    if (item !== null) dropForbiddenNulls(member, item)
    else if (member.nullable !== true && member['x-kubernetes-preserve-unknown-fields'] !== true) delete value[key]
  }
}
