/** Structural schemas: what a CustomResourceDefinition's schema must and must not say (apiextensions `schema/validation.go`). */
import { forbiddenField, required, unsupportedValue, invalidValue, type Cause } from '../http/errors.ts'
import { rulesProblems } from '../cel/definition-rules.ts'
import { prune } from '../schema/prune.ts'
import type { Schema } from '../schema/schema.ts'
import { validate } from '../schema/validate.ts'

const TYPES = ['array', 'boolean', 'integer', 'number', 'object', 'string']

/** `field` is the path of the root. */
export function checkStructure(root: Schema, field: string): Cause[] {
  const causes: Cause[] = []
  if (root.type !== 'object') {
    const at = `${field}.type`
    causes.push(
      root.type === undefined ? required(at, 'must not be empty at the root') : invalidValue(at, root.type, 'must be object at the root')
    )
  }
  checkNode(root, field, true, causes)
  return causes.length > 0 ? causes : rulesProblems(root, field)
}

function checkNode(schema: Schema, field: string, isRoot: boolean, causes: Cause[]): void {
  if (typeof schema !== 'object' || schema === null || Array.isArray(schema)) {
    causes.push(invalidValue(field, schema, 'must be an object'))
    return
  }
  const open = schema['x-kubernetes-preserve-unknown-fields'] === true
  const either = schema['x-kubernetes-int-or-string'] === true
  if (schema.type === undefined && !open && !either && !isRoot)
    causes.push(required(`${field}.type`, 'must not be empty for specified object fields'))
  if (schema.type !== undefined && !TYPES.includes(schema.type)) causes.push(unsupportedValue(`${field}.type`, schema.type, TYPES))
  if (schema.properties !== undefined && schema.additionalProperties !== undefined) {
    causes.push(forbiddenField(`${field}.additionalProperties`, 'additionalProperties and properties are mutual exclusive'))
  }
  if (schema.additionalProperties === false)
    causes.push(forbiddenField(`${field}.additionalProperties`, 'additionalProperties cannot be set to false'))
  if (schema.uniqueItems === true)
    causes.push(forbiddenField(`${field}.uniqueItems`, 'uniqueItems cannot be set to true since the runtime complexity becomes quadratic'))
  if (schema.type === 'array' && schema.items === undefined) causes.push(required(`${field}.items`, 'must be specified'))
  checkListType(schema, field, causes)
  checkPattern(schema, field, causes)
  checkDefault(schema, field, causes)
  for (const [name, inner] of Object.entries(schema.properties ?? {})) {
    // The root's metadata is the server's own.
    if (!(isRoot && name === 'metadata')) checkNode(inner, `${field}.properties[${name}]`, false, causes)
  }
  if (schema.items !== undefined) checkNode(schema.items, `${field}.items`, false, causes)
  if (typeof schema.additionalProperties === 'object')
    checkNode(schema.additionalProperties, `${field}.additionalProperties`, false, causes)
  for (const name of ['allOf', 'anyOf', 'oneOf'] as const)
    (schema[name] ?? []).forEach((inner, index) => checkLogic(inner, `${field}.${name}[${index}]`, causes))
  if (schema.not !== undefined) checkLogic(schema.not, `${field}.not`, causes)
}

const STRUCTURE = ['default', 'additionalProperties', 'nullable', 'description', 'title'] as const

/** Inside allOf, anyOf, oneOf and not there are only value rules. */
function checkLogic(schema: Schema, field: string, causes: Cause[]): void {
  const node = schema as Readonly<Record<string, unknown>>
  for (const name of STRUCTURE)
    if (node[name] !== undefined) causes.push(forbiddenField(`${field}.${name}`, 'must be undefined to be structural'))
  for (const [name, inner] of Object.entries(schema.properties ?? {})) checkLogic(inner, `${field}.properties[${name}]`, causes)
  if (schema.items !== undefined) checkLogic(schema.items, `${field}.items`, causes)
}

function checkListType(schema: Schema, field: string, causes: Cause[]): void {
  const kind = schema['x-kubernetes-list-type']
  const keys = schema['x-kubernetes-list-map-keys'] ?? []
  if (kind === undefined) return
  if (!['atomic', 'set', 'map'].includes(kind)) {
    causes.push(unsupportedValue(`${field}.x-kubernetes-list-type`, kind, ['atomic', 'map', 'set']))
  } else if (kind === 'map') {
    if (keys.length === 0)
      causes.push(required(`${field}.x-kubernetes-list-map-keys`, 'must not be empty if x-kubernetes-list-type is map'))
    for (const key of keys) {
      const property = schema.items?.properties?.[key]
      if (property === undefined) {
        causes.push(invalidValue(`${field}.x-kubernetes-list-map-keys`, keys, 'entries must all be names of item properties'))
      } else if (property.default === undefined && schema.items?.required?.includes(key) !== true) {
        causes.push(
          required(
            `${field}.items.properties[${key}].default`,
            'this property is in x-kubernetes-list-map-keys, so it must have a default or be a required property'
          )
        )
      }
    }
  }
}

function checkPattern({ pattern }: Schema, field: string, causes: Cause[]): void {
  if (pattern === undefined) return
  try {
    void new RegExp(pattern, 'u')
  } catch {
    try {
      // Go's syntax knows escapes that Unicode mode refuses.
      void new RegExp(pattern)
    } catch {
      causes.push(invalidValue(`${field}.pattern`, pattern, 'must be a valid regular expression'))
    }
  }
}

function checkDefault(schema: Schema, field: string, causes: Cause[]): void {
  if (schema.default === undefined) return
  const at = `${field}.default`
  const value: unknown = structuredClone(schema.default)
  if (prune(schema, value).length > 0) causes.push(invalidValue(at, schema.default, 'must not have unknown fields'))
  for (const cause of validate(schema, schema.default)) {
    causes.push({ ...cause, field: cause.field === '' || cause.field === '<nil>' ? at : `${at}.${cause.field}` })
  }
}
