/** How a value is taken apart for field management: what its schema says of lists and maps, and what is deduced where there is no schema. */
import { ANYTHING, memberSchema } from '../schema/children.ts'
import { isObject, member, sortedJson } from '../schema/json.ts'
import type { Schema } from '../schema/schema.ts'

/** `leaf`: owned as a whole. `map`: owned member by member. `set` and `listMap`: owned item by item. */
export type Topology = 'leaf' | 'map' | 'set' | 'listMap'

function isTyped(schema: Schema): boolean {
  return schema.type !== undefined || schema.properties !== undefined || schema['x-kubernetes-int-or-string'] === true
}

/** The topology of a node for the values that it may hold; without a schema, objects are maps and lists are leaves. */
export function topologyOf(schema: Schema, ...values: readonly unknown[]): Topology {
  if (!isTyped(schema)) return values.some(isObject) && !values.some(Array.isArray) ? 'map' : 'leaf'
  if (schema['x-kubernetes-int-or-string'] === true) return 'leaf'
  if (schema.type === 'array') {
    const type = schema['x-kubernetes-list-type']
    return type === 'map' ? 'listMap' : type === 'set' ? 'set' : 'leaf'
  }
  const isMap = schema.type === 'object' || schema.properties !== undefined
  return isMap && schema['x-kubernetes-map-type'] !== 'atomic' ? 'map' : 'leaf'
}

/** The schema of a member as field management sees it: unknown ones are deduced. */
export function fieldSchema(schema: Schema, key: string): Schema {
  return memberSchema(schema, key) ?? ANYTHING
}

export function itemSchema(schema: Schema): Schema {
  return schema.items ?? ANYTHING
}

/** True for a field that the schema names, as opposed to a key of a map. */
export function isNamed(schema: Schema, key: string): boolean {
  return schema.properties !== undefined && Object.hasOwn(schema.properties, key)
}

/** The key members of a list map's item; a missing one takes its default, or the zero that Go writes. Undefined when it has none of them. */
export function keysOf(schema: Schema, item: unknown): Record<string, unknown> | undefined {
  const keys: Record<string, unknown> = {}
  for (const key of schema['x-kubernetes-list-map-keys'] ?? []) {
    const value = member(item, key) ?? memberSchema(itemSchema(schema), key)?.default ?? zeroOf(itemSchema(schema), key)
    if (value !== undefined) keys[key] = value
  }
  return Object.keys(keys).length === 0 ? undefined : keys
}

/** What Kubernetes' own documents give as the default of a key that Go always writes; for `LocalObjectReference` they say it outright. */
function zeroOf(item: Schema, key: string): unknown {
  const isReference = Object.keys(item.properties ?? {}).join() === 'name' && item['x-kubernetes-map-type'] === 'atomic'
  return item['x-go-zero'] === undefined ? undefined : (item['x-go-zero'][key] ?? (isReference && key === 'name' ? '' : undefined))
}

/** The path element of an item of a `set` or `listMap`. */
export function elementOf(schema: Schema, item: unknown): string {
  if (schema['x-kubernetes-list-type'] === 'set') return `v:${sortedJson(item)}`
  return `k:${sortedJson(keysOf(schema, item) ?? {})}`
}

/** A path as messages show it: `.spec.containers[name="c"].image`, `.metadata.finalizers[="x"]`. */
export function pathText(path: readonly string[]): string {
  return path
    .map((element) => {
      if (element.startsWith('v:')) return `[=${element.slice(2)}]`
      return element.startsWith('k:') ? `[${keyText(element.slice(2))}]` : `.${element.slice(2)}`
    })
    .join('')
}

function keyText(json: string): string {
  const keys = JSON.parse(json) as Record<string, unknown>
  return Object.entries(keys)
    .map(([key, value]) => `${key}=${JSON.stringify(value)}`)
    .join(',')
}
