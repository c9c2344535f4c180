/** JSON values as CEL sees them: typed by a schema, or as they are. */
import { Environment } from '@marcbachmann/cel-js'
import { memberSchema } from '../schema/children.ts'
import { isObject } from '../schema/json.ts'
import type { Schema } from '../schema/schema.ts'
import { celName } from './property-name.ts'

const WHOLE_OBJECT = ['apiVersion', 'kind'] as const
const KNOWN_METADATA = ['name', 'generateName'] as const

/** Of a complete object rules see its type, its name, and what the schema says. */
export const isWhole = (schema: Schema, isRoot: boolean) => isRoot || schema['x-kubernetes-embedded-resource'] === true

/** A value of a custom resource. `duration` makes CEL's own. */
export function typedValue(schema: Schema, value: unknown, isRoot = false): unknown {
  if (value === null || value === undefined) return null
  if (schema['x-kubernetes-int-or-string'] === true) return plainValue(value)
  if (Array.isArray(value)) return value.map((item) => (schema.items === undefined ? plainValue(item) : typedValue(schema.items, item)))
  if (isObject(value)) return objectValue(schema, value, isRoot)
  if (typeof value === 'string') return textValue(schema.format, value)
  if (typeof value === 'number') return schema.type === 'number' ? value : plainValue(value)
  return value
}

function objectValue(schema: Schema, value: Readonly<Record<string, unknown>>, isRoot: boolean): unknown {
  if (schema.properties === undefined && typeof schema.additionalProperties === 'object') {
    const { additionalProperties } = schema
    return new Map(Object.entries(value).map(([key, item]) => [key, typedValue(additionalProperties, item)]))
  }
  const seen: Record<string, unknown> = Object.create(null) as Record<string, unknown>
  for (const [key, item] of Object.entries(value)) {
    const inner = memberSchema(schema, key)
    const name = celName(key)
    if (name === undefined || inner === undefined || (isWhole(schema, isRoot) && key === 'metadata')) continue
    seen[name] = typedValue(inner, item)
  }
  if (isWhole(schema, isRoot)) {
    for (const key of WHOLE_OBJECT) if (typeof value[key] === 'string') seen[key] = value[key]
    const { metadata } = value
    if (isObject(metadata))
      seen['metadata'] = Object.fromEntries(KNOWN_METADATA.flatMap((key) => (key in metadata ? [[key, metadata[key]]] : [])))
  }
  return seen
}

const asDuration = new Environment().registerVariable('text', 'string').parse('duration(text)')

/** CEL's own duration; a text that is none in CEL stays one. */
function durationOf(text: string): unknown {
  try {
    return asDuration({ text }) as unknown
  } catch {
    // It is none in CEL.
    return text
  }
}

function textValue(format: string | undefined, text: string): unknown {
  if (format === 'byte') return new Uint8Array(Buffer.from(text, 'base64'))
  if (format === 'duration') return durationOf(text)
  if (format !== 'date' && format !== 'date-time') return text
  const time = new Date(text)
  return Number.isNaN(time.getTime()) ? text : time
}

/** A value without a schema: whole numbers are ints. */
export function plainValue(value: unknown): unknown {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? BigInt(value) : value
  if (Array.isArray(value)) return value.map(plainValue)
  if (!isObject(value)) return value ?? null
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plainValue(item)]))
}
