/** Defaults that schemas carry, and what a Go server does to unset and zero fields of built-in kinds on the way. */
import { canonicalQuantity } from '../builtin/quantity.ts'
import { definitionName } from '../openapi/schema-set.ts'
import { hasZeros, memberSchema } from './children.ts'
import { copyJson, isObject, setMember } from './json.ts'
import type { Schema } from './schema.ts'

/**
 * Fills defaults in place. Built-in kinds also lose what Go does not write (`null`, and zeros of fields that are no pointers) and gain the
 * empty structs that Go always writes (`resources: {}`, `status: {}`); their quantities get the one spelling they are kept in. Idempotent.
 */
export function applyDefaults(schema: Schema, value: unknown, builtin: boolean = isGo(schema)): void {
  if (Array.isArray(value)) {
    if (schema.items !== undefined) for (const item of value) applyDefaults(schema.items, item, builtin)
    return
  }
  if (!isObject(value)) return
  if (isGo(schema)) dropOwnZeros(schema, value)
  for (const [key, inner] of Object.entries(schema.properties ?? {})) {
    const unset = !Object.hasOwn(value, key) || (value[key] === null && inner.nullable !== true)
    if (unset && inner.default !== undefined) setMember(value, key, copyJson(inner.default))
  }
  for (const [key, zero] of Object.entries(schema['x-go-zero'] ?? {})) if (!Object.hasOwn(value, key) && isObject(zero)) value[key] = {}
  for (const key of Object.keys(value)) {
    const inner = memberSchema(schema, key)
    if (inner === undefined) continue
    if (builtin && inner.format === 'quantity' && value[key] !== null) setMember(value, key, canonicalQuantity(value[key]))
    else applyDefaults(inner, value[key], builtin)
  }
}

/**
 * Writes the scalars and nulls that Go writes for fields which are always written (`replicas: 0` of a status, `currentMetrics: null`).
 * In place; the last step before an object is stored, after every rule has seen which fields are set. Custom kinds are left alone.
 */
export function writeZeros(schema: Schema, value: unknown): void {
  if (!hasZeros(schema)) return
  if (Array.isArray(value)) {
    if (schema.items !== undefined) for (const item of value) writeZeros(schema.items, item)
    return
  }
  if (!isObject(value)) return
  for (const [key, zero] of Object.entries(schema['x-go-zero'] ?? {})) if (!Object.hasOwn(value, key)) value[key] = copyJson(zero)
  for (const key of Object.keys(value)) {
    const inner = memberSchema(schema, key)
    if (inner !== undefined) writeZeros(inner, value[key])
  }
}

/** Drops what Go does not write from a value of a built-in kind, in place and at all levels. */
export function dropZeros(schema: Schema, value: unknown): void {
  if (Array.isArray(value)) {
    if (schema.items !== undefined) for (const item of value) dropZeros(schema.items, item)
    return
  }
  if (!isObject(value)) return
  if (isGo(schema)) dropOwnZeros(schema, value)
  for (const key of Object.keys(value)) {
    const inner = memberSchema(schema, key)
    if (inner !== undefined) dropZeros(inner, value[key])
  }
}

function isGo(schema: Schema): boolean {
  return schema['x-go-zero'] !== undefined
}

function dropOwnZeros(schema: Schema, value: Record<string, unknown>): void {
  const pointers = schema['x-go-pointers'] ?? []
  const always = schema['x-go-zero'] ?? {}
  for (const [key, inner] of Object.entries(value)) {
    if (inner === null) delete value[key]
    else if (Object.hasOwn(always, key)) {
      // A struct that Go always writes counts as unset while it is zero: an int-or-string of 0 takes its default.
      if (inner === 0 && memberSchema(schema, key)?.format === 'int-or-string') delete value[key]
    } else if (!pointers.includes(key) && isZero(inner) && !isMeant(schema, key, inner)) delete value[key]
  }
}

/** Lists that take their default only when they are unset: an empty one is meant, and refused. Everywhere else it counts as unset. */
const meantWhenEmpty: Readonly<Record<string, readonly string[]>> = { 'io.k8s.api.autoscaling.v2.HPAScalingRules': ['policies'] }

const isMeant = (schema: Schema, key: string, value: unknown): boolean =>
  Array.isArray(value) && meantWhenEmpty[definitionName(schema) ?? '']?.includes(key) === true

function isZero(value: unknown): boolean {
  if (Array.isArray(value)) return value.length === 0
  return value === 0 || value === '' || value === false || (isObject(value) && Object.keys(value).length === 0)
}
