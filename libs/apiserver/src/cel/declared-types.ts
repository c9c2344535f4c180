/** Types of a schema as CEL's checker knows them: it finds fields that are not there and operators that do not fit. */
import type { Environment } from '@marcbachmann/cel-js'
import type { Schema } from '../schema/schema.ts'
import { celName } from './property-name.ts'
import { isWhole } from './values.ts'

const SCALARS: Readonly<Record<string, string>> = { string: 'string', integer: 'int', number: 'double', boolean: 'bool' }
/** Formats whose values are no texts to CEL, or not always. */
const TYPED_FORMATS = ['byte', 'date', 'date-time', 'duration', 'int-or-string', 'quantity']

/** Declares what the schema needs and returns the name of its type; `dyn` where CEL may not judge. */
export function declareType(environment: Environment, schema: Schema, isRoot = false): string {
  if (schema['x-kubernetes-int-or-string'] === true || schema.nullable === true) return 'dyn'
  switch (schema.type) {
    case 'array':
      return `list<${schema.items === undefined ? 'dyn' : declareType(environment, schema.items)}>`
    case 'object':
      return declareObject(environment, schema, isRoot)
    case 'string':
      return TYPED_FORMATS.includes(schema.format ?? '') ? 'dyn' : 'string'
    default:
      return SCALARS[schema.type ?? ''] ?? 'dyn'
  }
}

const counts = new WeakMap<Environment, number>()

/** Schemas of built-in kinds may hold themselves. */
const inProgress = new WeakSet<Schema>()

function declareObject(environment: Environment, schema: Schema, isRoot: boolean): string {
  if (inProgress.has(schema)) return 'dyn'
  inProgress.add(schema)
  try {
    return declareFields(environment, schema, isRoot)
  } finally {
    inProgress.delete(schema)
  }
}

function declareFields(environment: Environment, schema: Schema, isRoot: boolean): string {
  if (schema.properties === undefined && typeof schema.additionalProperties === 'object' && !isWhole(schema, isRoot)) {
    return `map<string, ${declareType(environment, schema.additionalProperties)}>`
  }
  const fields: Record<string, string> = {}
  for (const [key, inner] of Object.entries(schema.properties ?? {})) {
    const name = celName(key)
    if (name !== undefined) fields[name] = isWhole(schema, isRoot) && key === 'metadata' ? 'dyn' : declareType(environment, inner)
  }
  if (isWhole(schema, isRoot)) Object.assign(fields, { apiVersion: 'string', kind: 'string', metadata: 'dyn' })
  const count = (counts.get(environment) ?? 0) + 1
  counts.set(environment, count)
  const name = `Object${count}`
  // Values never have this class: the type is for the checker alone.
  environment.registerType(name, { ctor: class {}, fields })
  environment.registerOperator(`${name} == ${name}`, () => false)
  return name
}
