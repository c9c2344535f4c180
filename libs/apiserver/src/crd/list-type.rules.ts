/** `x-kubernetes-list-type` and its keys (apiextensions `validation.go`). */
import { forbiddenField, invalidValue, required, unsupportedValue, type Cause } from '../http/errors.ts'
import type { Schema } from '../schema/schema.ts'

const TYPES = ['atomic', 'set', 'map']

/** What is wrong with the list that `schema` describes. */
export function checkListType(schema: Schema, field: string): Cause[] {
  const list = schema['x-kubernetes-list-type']
  const keys = schema['x-kubernetes-list-map-keys'] ?? []
  const at = `${field}.x-kubernetes-list-type`
  const isArray = schema.type === 'array'
  const needsMap = 'must be map if x-kubernetes-list-map-keys is non-empty'
  return [
    ...(isArray && list === 'set' ? checkSetItems(schema.items, field) : []),
    ...(list !== undefined && !TYPES.includes(list) ? [unsupportedValue(at, list, TYPES)] : []),
    ...(keys.length > 0 && list !== 'map' ? [list === undefined ? required(at, needsMap) : invalidValue(at, list, needsMap)] : []),
    ...(list === 'map' ? checkMap(schema, keys, field) : []),
    ...(list === 'set' || list === 'map' ? checkItems(schema, list, keys, field) : [])
  ]
}

function checkSetItems(items: Schema | undefined, field: string): Cause[] {
  const why = 'must be atomic as item of a list with x-kubernetes-list-type=set'
  const list = items?.['x-kubernetes-list-type']
  if (items?.type === 'array' && list !== undefined && list !== 'atomic')
    return [invalidValue(`${field}.items.x-kubernetes-list-type`, list, why)]
  if (items?.type === 'object' && items['x-kubernetes-map-type'] !== 'atomic')
    return [invalidValue(`${field}.items.x-kubernetes-map-type`, list ?? null, why)]
  return []
}

function checkMap({ items }: Schema, keys: readonly string[], field: string): Cause[] {
  const at = `${field}.x-kubernetes-list-map-keys`
  const causes: Cause[] = keys.length === 0 ? [required(at, 'must not be empty if x-kubernetes-list-type is map')] : []
  if (items === undefined) return [...causes, required(`${field}.items`, 'must have a schema if x-kubernetes-list-type is map')]
  const parent = "if parent array's x-kubernetes-list-type is map"
  if (items.type !== 'object') return [...causes, invalidValue(`${field}.items.type`, items.type ?? '', `must be object ${parent}`)]
  keys.forEach((key, index) => {
    const property = items.properties?.[key]
    if (property === undefined) causes.push(invalidValue(at, keys, 'entries must all be names of item properties'))
    else if (property.type === 'array' || property.type === 'object')
      causes.push(invalidValue(`${field}.items.properties[${key}].type`, items.type, `must be a scalar type ${parent}`))
    if (keys.indexOf(key) < index) causes.push(invalidValue(at, keys, 'must not contain duplicate entries'))
  })
  return causes
}

/** Items that are found by what they hold cannot be without it. */
function checkItems({ items }: Schema, list: string, keys: readonly string[], field: string): Cause[] {
  if (items === undefined) return []
  const listed = 'this property is in x-kubernetes-list-map-keys, so it'
  const ofKeys = (list === 'map' ? keys : []).flatMap((key) => {
    const property = items.properties?.[key]
    if (property === undefined) return []
    const at = `${field}.items.properties[${key}]`
    return [
      ...(items.required?.includes(key) !== true && property.default === undefined
        ? [required(`${at}.default`, `${listed} must have a default or be a required property`)]
        : []),
      ...(property.nullable === true ? [forbiddenField(`${at}.nullable`, `${listed} cannot be nullable`)] : [])
    ]
  })
  const nullable =
    items.nullable === true ? [forbiddenField(`${field}.items.nullable`, `cannot be nullable when x-kubernetes-list-type is ${list}`)] : []
  return [...nullable, ...ofKeys]
}
