/** Structural schemas: what keeps a schema's structure apart from what its values must be (apiextensions `apiserver/schema/validation.go`). */
import { forbiddenField, invalidValue, required, type Cause } from '../http/errors.ts'
import { equalJson } from '../schema/json.ts'
import { patternProblem } from '../schema/pattern.ts'
import type { Schema } from '../schema/schema.ts'

type Level = 'root' | 'item' | 'field'

const EITHER = [{ type: 'integer' }, { type: 'string' }]
const MISSING_TYPE: Readonly<Record<Level, string>> = {
  root: 'must not be empty at the root',
  item: 'must not be empty for specified array items',
  field: 'must not be empty for specified object fields'
}

/** What makes the schema at `field` no structural one, sorted as the reference tells it. */
export function structureProblems(root: Schema, field: string): Cause[] {
  const text = (cause: Cause) => `${cause.field}: ${cause.message}`
  const causes = [...checkNode(root, 'root', field), ...missingNodes(root, root, field, field)]
  return causes.sort((a, b) => (text(a) < text(b) ? -1 : 1))
}

function checkNode(schema: Schema, level: Level, field: string): Cause[] {
  const { type, properties = {}, items, additionalProperties } = schema
  const isEmbedded = schema['x-kubernetes-embedded-resource'] === true
  return [
    ...(type === 'array' && items === undefined ? [required(`${field}.items`, 'must be specified')] : []),
    ...(isSchema(items) ? checkNode(items, 'item', `${field}.items`) : []),
    ...Object.entries(properties).flatMap(([name, inner]) => checkNode(inner, 'field', `${field}.properties[${name}]`)),
    ...(additionalProperties !== undefined && level === 'root'
      ? [forbiddenField(`${field}.additionalProperties`, 'must not be used at the root')]
      : []),
    ...(typeof additionalProperties === 'object' ? checkNode(additionalProperties, 'field', `${field}.additionalProperties`) : []),
    ...checkExtensions(schema, field),
    ...checkValues(schema, field, {
      anyOf: schema.anyOf?.length === 2 && equalJson(schema.anyOf, EITHER),
      firstAnyOf: equalJson(schema.allOf?.[0]?.anyOf ?? null, EITHER)
    }),
    ...checkType(schema, level, field),
    ...(isEmbedded && additionalProperties !== undefined
      ? [forbiddenField(`${field}.additionalProperties`, 'must not be used if x-kubernetes-embedded-resource is set')]
      : []),
    ...checkObjectMembers(schema, level, field),
    ...(isEmbedded && schema['x-kubernetes-preserve-unknown-fields'] !== true && Object.keys(properties).length === 0
      ? [
          required(
            `${field}.properties`,
            'must not be empty if x-kubernetes-embedded-resource is true without x-kubernetes-preserve-unknown-fields'
          )
        ]
      : [])
  ]
}

const isSchema = (items: Schema | undefined): items is Schema => typeof items === 'object' && !Array.isArray(items)

function checkExtensions(schema: Schema, field: string): Cause[] {
  if (schema['x-kubernetes-int-or-string'] !== true) return []
  return (['x-kubernetes-preserve-unknown-fields', 'x-kubernetes-embedded-resource'] as const)
    .filter((name) => schema[name] === true)
    .map((name) => invalidValue(`${field}.${name}`, true, 'must be false if x-kubernetes-int-or-string is true'))
}

function checkType(schema: Schema, level: Level, field: string): Cause[] {
  const at = `${field}.type`
  const { type } = schema
  const causes: Cause[] = []
  const isOpen = schema['x-kubernetes-int-or-string'] === true || schema['x-kubernetes-preserve-unknown-fields'] === true
  const embedded = 'must be object if x-kubernetes-embedded-resource is true'
  if (schema['x-kubernetes-embedded-resource'] === true && type !== 'object')
    causes.push(type === undefined ? required(at, embedded) : invalidValue(at, type, embedded))
  else if (type === undefined && !isOpen) causes.push(required(at, MISSING_TYPE[level]))
  if (level === 'root' && type !== undefined && type !== 'object') causes.push(invalidValue(at, type, 'must be object at the root'))
  return causes
}

/** `kind`, `apiVersion` and `metadata` of complete objects. */
function checkObjectMembers(schema: Schema, level: Level, field: string): Cause[] {
  const { properties = {} } = schema
  const isWhole = level === 'root' || schema['x-kubernetes-embedded-resource'] === true
  const at = (name: string) => `${field}.properties[${name}]`
  const causes = (['kind', 'apiVersion'] as const).flatMap((name) => {
    const type = properties[name]?.type
    return isWhole && properties[name] !== undefined && type !== 'string'
      ? [invalidValue(`${at(name)}.type`, type ?? '', 'must be string')]
      : []
  })
  const { metadata } = properties
  if (metadata === undefined) return causes
  if (isWhole && metadata.type !== 'object') causes.push(invalidValue(`${at('metadata')}.type`, metadata.type ?? '', 'must be object'))
  if (level !== 'root') return causes
  const { type: _type, properties: names = {}, default: _default, ...more } = metadata
  const isNarrow = Object.keys(names).every((name) => name === 'name' || name === 'generateName')
  const others = Object.entries(more).filter(([, value]) => value !== undefined)
  if (!isNarrow || others.length > 0)
    causes.push(
      forbiddenField(at('metadata'), 'must not specify anything other than name and generateName, but metadata is implicitly specified')
    )
  return causes
}

interface Skipped {
  readonly anyOf?: boolean
  readonly firstAnyOf?: boolean
}

function checkValues(schema: Schema, field: string, skipped: Skipped): Cause[] {
  const { allOf = [], anyOf = [], oneOf = [], not, pattern } = schema
  const problem = pattern === undefined ? undefined : patternProblem(pattern)
  return [
    ...(skipped.anyOf === true ? [] : anyOf.flatMap((inner, index) => checkNested(inner, `${field}.anyOf[${index}]`, false))),
    ...allOf.flatMap((inner, index) => checkNested(inner, `${field}.allOf[${index}]`, skipped.firstAnyOf === true && index === 0)),
    ...oneOf.flatMap((inner, index) => checkNested(inner, `${field}.oneOf[${index}]`, false)),
    ...(not === undefined ? [] : checkNested(not, `${field}.not`, false)),
    ...(problem === undefined
      ? []
      : [invalidValue(`${field}.pattern`, pattern, `must be a valid regular expression, but isn't: ${problem}`)])
  ]
}

/** What must not stand inside allOf, anyOf, oneOf and not, with the words for it. */
const NESTED: readonly (readonly [keyof Schema | 'title', string])[] = [
  ['type', 'must be empty to be structural'],
  ['additionalProperties', 'must be undefined to be structural'],
  ['default', 'must be undefined to be structural'],
  ['title', 'must be empty to be structural'],
  ['description', 'must be empty to be structural'],
  ['nullable', 'must be false to be structural'],
  ['x-kubernetes-preserve-unknown-fields', 'must be false to be structural'],
  ['x-kubernetes-embedded-resource', 'must be false to be structural'],
  ['x-kubernetes-int-or-string', 'must be false to be structural'],
  ['x-kubernetes-list-map-keys', 'must be empty to be structural'],
  ['x-kubernetes-list-type', 'must be undefined to be structural'],
  ['x-kubernetes-map-type', 'must be undefined to be structural'],
  ['x-kubernetes-validations', 'must be empty to be structural']
]

function checkNested(schema: Schema, field: string, skipAnyOf: boolean): Cause[] {
  const members = schema as Readonly<Record<string, unknown>>
  const isSet = (value: unknown) => value !== undefined && value !== false && value !== '' && !(Array.isArray(value) && value.length === 0)
  return [
    ...checkValues(schema, field, { anyOf: skipAnyOf }),
    ...(isSchema(schema.items) ? checkNested(schema.items, `${field}.items`, false) : []),
    ...Object.entries(schema.properties ?? {}).flatMap(([name, inner]) => checkNested(inner, `${field}.properties[${name}]`, false)),
    ...NESTED.filter(([name]) => isSet(members[name])).map(([name, why]) => forbiddenField(`${field}.${name}`, why)),
    ...(schema.properties?.['metadata'] === undefined
      ? []
      : [forbiddenField(`${field}.properties[metadata]`, 'must not be specified in a nested context')])
  ]
}

/** Properties that only allOf and its like speak of; the reference looks at the root's alone. */
function missingNodes(values: Schema, structure: Schema, at: string, field: string): Cause[] {
  const { allOf = [], anyOf = [], oneOf = [], not } = values
  const nested = (inner: Schema, name: string) => missingInside(inner, structure, at, `${field}.${name}`)
  return [
    ...(not === undefined ? [] : nested(not, 'not')),
    ...allOf.flatMap((inner, index) => nested(inner, `allOf[${index}]`)),
    ...anyOf.flatMap((inner, index) => nested(inner, `anyOf[${index}]`)),
    ...oneOf.flatMap((inner, index) => nested(inner, `oneOf[${index}]`))
  ]
}

function missingInside(values: Schema, structure: Schema | undefined, at: string, field: string): Cause[] {
  if (structure === undefined) return [required(at, `because it is defined in ${field}`)]
  return [
    ...missingNodes(values, structure, at, field),
    ...(values.items === undefined ? [] : missingInside(values.items, structure.items, `${at}.items`, `${field}.items`)),
    ...Object.entries(values.properties ?? {}).flatMap(([name, inner]) =>
      missingInside(inner, structure.properties?.[name], `${at}.properties[${name}]`, `${field}.properties[${name}]`)
    )
  ]
}
