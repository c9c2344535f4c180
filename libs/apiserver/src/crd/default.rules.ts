/** Defaults of a schema must be what the schema allows (apiextensions `apiserver/schema/defaulting/validation.go`). */
import { brokenRules } from '../cel/schema-rules.ts'
import { invalidValue, type Cause } from '../http/errors.ts'
import { equalJson } from '../schema/json.ts'
import { prune } from '../schema/prune.ts'
import type { Schema } from '../schema/schema.ts'
import { validate } from '../schema/validate.ts'
import { embeddedProblems } from './embedded.rules.ts'

/** Defaults at and below the schema at `field`; those inside metadata are forbidden elsewhere. */
export function defaultProblems(schema: Schema, field: string, isRoot = true): Cause[] {
  const isWhole = isRoot || schema['x-kubernetes-embedded-resource'] === true
  return [
    ...ownProblems(schema, `${field}.default`, isRoot),
    ...(schema.items === undefined ? [] : defaultProblems(schema.items, `${field}.items`, false)),
    ...Object.entries(schema.properties ?? {}).flatMap(([name, inner]) =>
      isWhole && name === 'metadata' ? [] : defaultProblems(inner, `${field}.properties[${name}]`, false)
    )
  ]
}

function ownProblems(schema: Schema, at: string, isRoot: boolean): Cause[] {
  const { default: value } = schema
  if (value === undefined || value === null) return []
  const pruned: unknown = structuredClone(value)
  prune(schema, pruned)
  const causes: Cause[] = equalJson(pruned, value) ? [] : [invalidValue(at, value, 'must not have unknown fields')]
  // A default of the whole object is one of an object with a kind and a name.
  const whole = isRoot ? { ...schema, 'x-kubernetes-embedded-resource': true } : schema
  const embedded = embeddedProblems(whole, value, at)
  if (embedded.length > 0) return [...causes, ...embedded]
  const broken = validate(schema, value)
  const found = broken.length > 0 ? broken : brokenRules(schema, value, undefined, () => undefined)
  return [...causes, ...found.map((cause) => ({ ...cause, field: placed(at, cause.field) }))]
}

const placed = (at: string, field: string) =>
  field === '' || field === '<nil>' ? at : field.startsWith('[') ? `${at}${field}` : `${at}.${field}`
