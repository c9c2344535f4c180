import { equalJson, member } from './json.ts'
import type { Schema } from './schema.ts'

/** What an item was before: items of a list correspond by their keys, and only where the list is a map. */
export function counterpart(schema: Schema, item: unknown, before: unknown): unknown {
  if (schema['x-kubernetes-list-type'] !== 'map' || !Array.isArray(before)) return undefined
  const keys = schema['x-kubernetes-list-map-keys'] ?? []
  return before.find((one) => keys.every((key) => equalJson(member(one, key), member(item, key))))
}
