/**
 * Validation of custom objects in the words of the reference (`k8s.io/kube-openapi/pkg/validation` behind apiextensions). Built-in kinds are
 * decoded, not validated: see `decode.ts`.
 */
import type { Cause } from '../http/errors.ts'
import { hasRules, memberSchema } from './children.ts'
import { counterpart } from './counterpart.ts'
import { equalJson, isObject, member } from './json.ts'
import { checkList, checkNumber, checkObject, checkRequired, checkString } from './limits.ts'
import { causes, type Place } from './place.ts'
import type { Schema } from './schema.ts'

/**
 * All causes by which `value` breaks `schema`, empty when it is valid. `prefix` goes before the `field` of each cause but not into its text,
 * as the reference does when only `status` is checked. `before`: what was there; parts that did not change are not judged again.
 * Of `metadata` only limits on `name` and `generateName` count.
 */
export function validate(schema: Schema, value: unknown, prefix = '', before?: unknown): Cause[] {
  const found: Cause[] = []
  const root: Place = { path: '', prefix }
  const isWhole = isObject(value) && schema.properties?.metadata?.properties?.ownerReferences !== undefined
  const own = isWhole ? { ...schema, properties: { ...schema.properties, metadata: nameLimits(schema.properties?.metadata) } } : schema
  check(own, value, root, found, before)
  if (found.some(isBlocking) && hasRules(schema)) found.push(UNCHECKED)
  return found
}

/** After these the reference does not evaluate the schema's rules, and says so. */
const BLOCKING = new Set([
  'FieldValueTypeInvalid',
  'FieldValueRequired',
  'FieldValueTooLong',
  'FieldValueTooMany',
  'FieldValueNotSupported'
])
/** Whether a cause leaves the schema's rules unevaluated. */
export const isBlocking = ({ reason }: Cause) => BLOCKING.has(reason)

const UNCHECKED: Cause = {
  reason: 'FieldValueInvalid',
  message:
    'Invalid value: null: some validation rules were not checked because the object was invalid; correct the existing errors to complete validation',
  field: '<nil>'
}

/** Whether a cause says only that the schema's rules were left unevaluated. */
export const isUnchecked = (cause: Cause): boolean => cause === UNCHECKED

function nameLimits(metadata: Schema | undefined): Schema {
  const limits = Object.entries(metadata?.properties ?? {}).filter(([key]) => key === 'name' || key === 'generateName')
  return { properties: Object.fromEntries(limits) }
}

function typeOf(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'array'
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number'
  return typeof value
}

function fitsType(schema: Schema, type: string): boolean {
  if (schema['x-kubernetes-int-or-string'] === true) return type === 'integer' || type === 'string'
  return schema.type === undefined || schema.type === type || (schema.type === 'number' && type === 'integer')
}

function check(schema: Schema, value: unknown, place: Place, found: Cause[], before?: unknown): void {
  // What was broken before and did not change may stay so: definitions get stricter than their objects are.
  if (before !== undefined && equalJson(value, before)) return
  const type = typeOf(value)
  if (value === null && schema.nullable === true) return
  if (value === null && schema.type === undefined && schema['x-kubernetes-int-or-string'] !== true) return
  if (!fitsType(schema, type)) {
    const wanted = schema['x-kubernetes-int-or-string'] === true ? 'integer,string' : schema.type
    found.push(causes.type(place, type, `${place.path} in body must be of type ${wanted}: "${type}"`))
    if (typeof value !== 'number') return
  }
  if (schema.enum !== undefined && !schema.enum.some((one) => equalJson(one, value)))
    found.push(causes.unsupported(place, value, schema.enum))
  if (typeof value === 'string') checkString(schema, value, place, found)
  if (typeof value === 'number') checkNumber(schema, value, place, found)
  if (Array.isArray(value)) {
    const { items } = schema
    if (items !== undefined)
      value.forEach((item, index) =>
        check(items, item, { ...place, path: `${place.path}[${index}]` }, found, counterpart(schema, item, before))
      )
    checkList(schema, value, place, found)
  }
  if (isObject(value)) {
    checkObject(schema, value, place, found)
    const isAtomic = schema['x-kubernetes-map-type'] === 'atomic'
    for (const key of Object.keys(value)) {
      const inner = memberSchema(schema, key)
      if (inner !== undefined) check(inner, value[key], inside(place, key), found, isAtomic ? undefined : member(before, key))
    }
    checkRequired(schema, value, place, found)
  }
  checkCombinations(schema, value, place, found)
}

const inside = (place: Place, key: string): Place => ({ ...place, path: place.path === '' ? key : `${place.path}.${key}` })

function attempt(schema: Schema, value: unknown, place: Place): Cause[] {
  const found: Cause[] = []
  check(schema, value, place, found)
  return found
}

function checkCombinations(schema: Schema, value: unknown, place: Place, found: Cause[]): void {
  const { allOf = [], anyOf, oneOf, not } = schema
  const rootless: Place = { path: '<nil>', prefix: '' }
  const each = allOf.map((one) => attempt(one, value, place))
  found.push(...each.flat())
  if (each.some((one) => one.length > 0)) found.push(causes.invalid(rootless, '', `"${place.path}" must validate all the schemas (allOf)`))
  if (anyOf !== undefined) {
    const tries = anyOf.map((one) => attempt(one, value, place))
    if (tries.every((one) => one.length > 0)) {
      found.push(causes.invalid(rootless, '', `"${place.path}" must validate at least one schema (anyOf)`), ...(tries[0] ?? []))
    }
  }
  if (oneOf !== undefined) {
    const tries = oneOf.map((one) => attempt(one, value, place))
    const fits = tries.filter((one) => one.length === 0).length
    const rule = `"${place.path}" must validate one and only one schema (oneOf).`
    if (fits === 0) found.push(causes.invalid(rootless, '', `${rule} Found none valid`), ...(tries[0] ?? []))
    else if (fits > 1) found.push(causes.invalid(rootless, '', `${rule} Found ${fits} valid alternatives`))
  }
  if (not !== undefined && attempt(not, value, place).length === 0) {
    found.push(causes.invalid(rootless, '', `"${place.path}" must not validate the schema (not)`))
  }
}
