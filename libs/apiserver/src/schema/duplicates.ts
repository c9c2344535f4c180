/** Lists whose items have an identity: what a second item of the same identity is called. */
import type { Cause } from '../http/errors.ts'
import { member, sortedJson } from './json.ts'
import { causes, type Place } from './place.ts'
import type { Schema } from './schema.ts'

/** List items that break `x-kubernetes-list-type: map` or `set`: each repeated item, by its index. */
export function duplicates(schema: Schema, value: readonly unknown[], place: Place): Cause[] {
  const kind = schema['x-kubernetes-list-type']
  if (kind !== 'map' && kind !== 'set') return []
  const keys = [...(schema['x-kubernetes-list-map-keys'] ?? [])].sort()
  const keyOf = (item: unknown) =>
    kind === 'set'
      ? sortedJson(item)
      : sortedJson(Object.fromEntries(keys.filter((key) => member(item, key) !== undefined).map((key) => [key, member(item, key)])))
  const seen = new Set<string>()
  return value.flatMap((item, index) => {
    const key = keyOf(item)
    if (!seen.has(key)) {
      seen.add(key)
      return []
    }
    return [causes.duplicate({ ...place, path: `${place.path}[${index}]` }, key)]
  })
}
