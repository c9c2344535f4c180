/** Definitions as OpenAPI 2 can say them: from those of version 3, without what it has no words for. */
import { isObject, type JsonObject } from '../schema/json.ts'

const V3 = '#/components/schemas/'
const V2 = '#/definitions/'

/** `#/components/schemas/X` -> `#/definitions/X`. */
export const swaggerRef = (ref: string): string => (ref.startsWith(V3) ? V2 + ref.slice(V3.length) : ref)

/** Types that are a text or a number: the old document knows them by their format. */
const CHOICES = ['oneOf', 'anyOf', 'allOf', 'not']

/** A definition or a part of one. Rules for custom schemas: `apiextensions-apiserver/pkg/controller/openapi/v2/conversion.go`. */
export function swaggerSchema(schema: JsonObject): JsonObject {
  const only = Array.isArray(schema.allOf) && schema.allOf.length === 1 ? (schema.allOf[0] as JsonObject) : undefined
  const reference = typeof schema.$ref === 'string' ? schema.$ref : only?.$ref
  if (typeof reference === 'string')
    return {
      ...Object.fromEntries(Object.entries(schema).filter(([key]) => key === 'description' || key.startsWith('x-kubernetes-'))),
      $ref: swaggerRef(reference)
    }
  const { default: _default, nullable, properties, items, additionalProperties, ...rest } = schema
  const kept: JsonObject = Object.fromEntries(Object.entries(rest).filter(([key]) => !CHOICES.includes(key)))
  if (schema.type === undefined && Array.isArray(schema.oneOf) && schema.format !== undefined) kept.type = 'string'
  if (schema.type === undefined && isTextOrNumber(schema)) kept.type = 'string'
  const isOpen = nullable === true || schema['x-kubernetes-preserve-unknown-fields'] === true
  // kubectl cannot cope with the members of what may be anything, nor with lists of it.
  if (nullable === true || (isOpen && schema.type === 'object') || (schema.type === 'array' && (isOpen || items === undefined)))
    delete kept.type
  if (!isOpen && isObject(properties)) kept.properties = mapped(properties)
  if (!isOpen && isObject(items)) kept.items = swaggerSchema(items)
  if (isObject(additionalProperties)) kept.additionalProperties = swaggerSchema(additionalProperties)
  else if (additionalProperties !== undefined) kept.additionalProperties = additionalProperties
  return withoutNullable(kept, properties)
}

/** `resource.Quantity` has no format. */
const isTextOrNumber = ({ oneOf }: JsonObject) =>
  Array.isArray(oneOf) && oneOf.length === 2 && oneOf.every((one) => isObject(one) && (one.type === 'string' || one.type === 'number'))

const mapped = (schemas: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(schemas).map(([key, schema]) => [key, isObject(schema) ? swaggerSchema(schema) : schema]))

/** What may be null cannot be demanded. */
function withoutNullable(schema: JsonObject, properties: unknown): JsonObject {
  const { required } = schema
  if (!Array.isArray(required) || !isObject(properties)) return schema
  const left = required.filter((key) => !isObject(properties[String(key)]) || (properties[String(key)] as JsonObject).nullable !== true)
  if (left.length === required.length) return schema
  const { required: _required, ...others } = schema
  return left.length === 0 ? others : { ...others, required: left }
}
