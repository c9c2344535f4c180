/** What a definition may say in a schema, beside its structure (apiextensions `validation.go`, ValidateCustomResourceDefinitionOpenAPISchema). */
import { rulesProblems } from '../cel/definition-rules.ts'
import { forbiddenField, invalidValue, required, unsupportedValue, type Cause } from '../http/errors.ts'
import type { Schema } from '../schema/schema.ts'
import { defaultProblems } from './default.rules.ts'
import { checkListType } from './list-type.rules.ts'
import { structureProblems } from './structural.rules.ts'

const TYPES = ['array', 'boolean', 'integer', 'number', 'object', 'string']
const UNSUPPORTED = ['id', 'additionalItems', 'patternProperties', 'definitions', 'dependencies', '$ref'] as const
const META = ['metadata', 'kind', 'apiVersion']

/** Everything that is wrong with the schema at `field`; rules in CEL are judged when nothing else is. */
export function checkSchema(root: Schema, field: string): Cause[] {
  const isNullable = root.nullable === true ? [forbiddenField(`${field}.nullable`, 'nullable cannot be true at the root')] : []
  // What has no place in a structural schema at all is told alone.
  const structure = hasUnsupported(root) ? [] : structureProblems(root, field)
  const first = structure.length > 0 || hasUnsupported(root) ? structure : defaultProblems(root, field)
  const causes = [...isNullable, ...first, ...checkNode(root, field, { isRoot: true })]
  return causes.length > 0 ? causes : rulesProblems(root, field)
}

function hasUnsupported(schema: Schema): boolean {
  const members = schema as Readonly<Record<string, unknown>>
  if (UNSUPPORTED.some((name) => members[name] !== undefined) || Array.isArray(schema.items)) return true
  const open = typeof schema.additionalProperties === 'object' ? [schema.additionalProperties] : []
  const parts = [...Object.values(schema.properties ?? {}), ...open, ...(schema.items === undefined ? [] : [schema.items])]
  return parts.some((part) => typeof part === 'object' && part !== null && hasUnsupported(part))
}

interface Where {
  readonly isRoot?: boolean
  /** Why there may be no default here. */
  readonly noDefault?: string
  readonly inMeta?: boolean
}

function checkNode(schema: Schema | undefined, field: string, where: Where): Cause[] {
  if (typeof schema !== 'object' || schema === null || Array.isArray(schema)) return []
  const { isRoot = false, ...below } = where
  const { properties = {}, additionalProperties, items } = schema
  const isWhole = isRoot || schema['x-kubernetes-embedded-resource'] === true
  const list = (name: 'allOf' | 'oneOf' | 'anyOf') =>
    (schema[name] ?? []).flatMap((inner, index) => checkNode(inner, `${field}.${name}[${index}]`, below))
  const inAdditional = below.inMeta === true ? { ...below, noDefault: 'inside additionalProperties applying to object metadata' } : below
  return [
    ...checkKeywords(schema, field, where),
    ...(schema.uniqueItems === true
      ? [forbiddenField(`${field}.uniqueItems`, 'uniqueItems cannot be set to true since the runtime complexity becomes quadratic')]
      : []),
    ...(additionalProperties !== undefined && additionalProperties !== true && Object.keys(properties).length > 0
      ? [forbiddenField(`${field}.additionalProperties`, 'additionalProperties and properties are mutual exclusive')]
      : []),
    ...(typeof additionalProperties === 'object' ? checkNode(additionalProperties, `${field}.additionalProperties`, inAdditional) : []),
    ...Object.entries(properties).flatMap(([name, inner]) => {
      const isMeta = isWhole && META.includes(name)
      const inside = isMeta ? { ...below, inMeta: true, ...(isRoot && { noDefault: `in top-level ${name}` }) } : below
      return checkNode(inner, `${field}.properties[${name}]`, inside)
    }),
    ...checkNode(schema.not, `${field}.not`, below),
    ...list('allOf'),
    ...list('oneOf'),
    ...list('anyOf'),
    ...checkNode(items, `${field}.items`, below),
    ...checkExtensions(schema, field)
  ]
}

function checkKeywords(schema: Schema, field: string, { noDefault, inMeta }: Where): Cause[] {
  const members = schema as Readonly<Record<string, unknown>>
  const { type } = schema
  const isUsed = (name: string) => {
    const value = members[name]
    return value !== undefined && value !== '' && !(name !== 'dependencies' && isEmptyObject(value))
  }
  return [
    ...(type !== undefined && type !== '' && !TYPES.includes(type) ? [unsupportedValue(`${field}.type`, type, TYPES)] : []),
    ...(schema.default !== undefined && noDefault !== undefined
      ? [forbiddenField(`${field}.default`, `must not be set ${noDefault}`)]
      : []),
    ...UNSUPPORTED.filter(isUsed).map((name) => forbiddenField(`${field}.${name}`, `${name} is not supported`)),
    ...(type === 'null' ? [forbiddenField(`${field}.type`, 'type cannot be set to null, use nullable as an alternative')] : []),
    ...(Array.isArray(schema.items) ? [forbiddenField(`${field}.items`, 'items must be a schema object and not an array')] : []),
    ...(inMeta === true && schema['x-kubernetes-embedded-resource'] === true
      ? [forbiddenField(`${field}.x-kubernetes-embedded-resource`, 'must not be used inside of resource meta')]
      : [])
  ]
}

const isEmptyObject = (value: unknown) => typeof value === 'object' && value !== null && Object.keys(value).length === 0

function checkExtensions(schema: Schema, field: string): Cause[] {
  const map = schema['x-kubernetes-map-type']
  const open = schema['x-kubernetes-preserve-unknown-fields']
  return [
    ...(open === false ? [invalidValue(`${field}.x-kubernetes-preserve-unknown-fields`, false, 'must be true or undefined')] : []),
    ...(map !== undefined && schema.type !== 'object' ? [typeProblem(schema, field, 'object', 'map')] : []),
    ...(map !== undefined && !['atomic', 'granular'].includes(map)
      ? [unsupportedValue(`${field}.x-kubernetes-map-type`, map, ['atomic', 'granular'])]
      : []),
    ...(schema['x-kubernetes-list-type'] !== undefined && schema.type !== 'array' ? [typeProblem(schema, field, 'array', 'list')] : []),
    ...checkListType(schema, field)
  ]
}

function typeProblem({ type }: Schema, field: string, wanted: string, of: string): Cause {
  const why = `must be ${wanted} if x-kubernetes-${of}-type is specified`
  return type === undefined ? required(`${field}.type`, why) : invalidValue(`${field}.type`, type, why)
}
