/** Complete objects inside custom objects (`x-kubernetes-embedded-resource`) have an apiVersion, a kind and proper metadata of their own. */
import type { ObjectMeta } from '@knative-ts/api'
import { checkMetadata } from '../builtin/metadata.rules.ts'
import { pathSegmentProblems, serviceNameProblems } from '../builtin/names.ts'
import { invalidValue, required, type Cause } from '../http/errors.ts'
import { memberSchema } from '../schema/children.ts'
import { isObject } from '../schema/json.ts'
import type { Schema } from '../schema/schema.ts'

/** What is wrong with the embedded objects of `value` at `field`, itself included when it is one. */
export function embeddedProblems(schema: Schema, value: unknown, field: string): Cause[] {
  const own = schema['x-kubernetes-embedded-resource'] === true && isObject(value) ? checkObject(value, field) : []
  if (Array.isArray(value)) {
    const { items } = schema
    return items === undefined ? own : value.flatMap((item, index) => embeddedProblems(items, item, `${field}[${index}]`))
  }
  if (!isObject(value)) return own
  const inner = Object.entries(value).flatMap(([key, item]) => {
    const member = memberSchema(schema, key)
    if (member === undefined || !mayEmbed(member)) return []
    const isNamed = Object.hasOwn(schema.properties ?? {}, key)
    return embeddedProblems(member, item, isNamed ? (field === '' ? key : `${field}.${key}`) : `${field}[${key}]`)
  })
  return [...own, ...inner]
}

const embedding = new WeakMap<Schema, boolean>()

function mayEmbed(schema: Schema): boolean {
  const known = embedding.get(schema)
  if (known !== undefined) return known
  embedding.set(schema, false)
  const open = typeof schema.additionalProperties === 'object' ? [schema.additionalProperties] : []
  const parts = [...Object.values(schema.properties ?? {}), ...open, ...(schema.items === undefined ? [] : [schema.items])]
  const found = schema['x-kubernetes-embedded-resource'] === true || parts.some(mayEmbed)
  embedding.set(schema, found)
  return found
}

function checkObject(object: Readonly<Record<string, unknown>>, field: string): Cause[] {
  const at = (name: string) => (field === '' ? name : `${field}.${name}`)
  const { apiVersion, kind, metadata } = object
  return [
    ...checkText(apiVersion, at('apiVersion'), (text) => (text.split('/').length > 2 ? [`unexpected GroupVersion string: ${text}`] : [])),
    ...checkText(kind, at('kind'), (text) => {
      const problems = serviceNameProblems(text.toLowerCase())
      return problems.length === 0 ? [] : [`may have mixed case, but should otherwise match: ${problems.join(',')}`]
    }),
    ...checkMeta(metadata, at('metadata'))
  ]
}

function checkText(value: unknown, field: string, problemsOf: (text: string) => readonly string[]): Cause[] {
  if (value === undefined || value === '') return [required(field)]
  if (typeof value !== 'string') return [invalidValue(field, value, 'must be a string')]
  return problemsOf(value).map((problem) => invalidValue(field, value, problem))
}

function checkMeta(metadata: unknown, field: string): Cause[] {
  if (metadata === undefined || metadata === null) return []
  if (!isObject(metadata)) return [invalidValue(field, metadata, 'must be an object')]
  // An embedded object need not have a name.
  return checkMetadata({ name: 'unnamed', ...metadata } as ObjectMeta, pathSegmentProblems).map((cause) => ({
    ...cause,
    field: cause.field.replace(/^metadata/, field)
  }))
}
