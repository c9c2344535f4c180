/** Subresources, printer columns and selectable fields of a definition's version. */
import type * as k8s from '@knative-ts/api/kubernetes'
import { duplicateValue, invalidValue, required, type Cause } from '../http/errors.ts'
import type { Schema } from '../schema/schema.ts'

const TYPES = ['boolean', 'date', 'integer', 'number', 'string']
const FORMATS = ['byte', 'date', 'date-time', 'double', 'float', 'int32', 'int64', 'password']
const SELECTABLE = ['string', 'boolean', 'integer']
const MOST_FIELDS = 8

/** Whether a path begins as one; what follows the dot is not looked at before it is used. */
function checkPath(path: string | undefined, field: string, isWithin?: readonly [RegExp, string]): Cause[] {
  if (!path) return [required(field)]
  if (!path.startsWith('.')) return [invalidValue(field, path, 'must be a simple json path starting with .')]
  return isWithin !== undefined && !isWithin[0].test(path) ? [invalidValue(field, path, isWithin[1])] : []
}

export function checkScale(scale: k8s.CustomResourceSubresourceScale | undefined, field: string): Cause[] {
  if (scale === undefined || scale === null) return []
  const { specReplicasPath, statusReplicasPath, labelSelectorPath } = scale
  const under = (part: string) => [new RegExp(`^\\.${part}\\.`), `should be a json path under .${part}`] as const
  return [
    ...checkPath(specReplicasPath, `${field}.specReplicasPath`, under('spec')),
    ...checkPath(statusReplicasPath, `${field}.statusReplicasPath`, under('status')),
    ...(labelSelectorPath
      ? checkPath(labelSelectorPath, `${field}.labelSelectorPath`, [
          /^\.(spec|status)\./,
          'should be a json path under either .spec or .status'
        ])
      : [])
  ]
}

export function checkColumns(columns: readonly k8s.CustomResourceColumnDefinition[] | undefined, field: string): Cause[] {
  const types = `must be one of ${TYPES.join(',')}`
  return (columns ?? []).flatMap(({ name, type, format, jsonPath }, index) => {
    const at = `${field}[${index}]`
    return [
      ...(name ? [] : [required(`${at}.name`)]),
      ...(type ? (TYPES.includes(type) ? [] : [invalidValue(`${at}.type`, type, types)]) : [required(`${at}.type`, types)]),
      ...(format && !FORMATS.includes(format) ? [invalidValue(`${at}.format`, format, `must be one of ${FORMATS.join(',')}`)] : []),
      ...checkPath(jsonPath, `${at}.JSONPath`)
    ]
  })
}

export function checkSelectableFields(
  fields: readonly k8s.SelectableField[] | undefined,
  schema: Schema | undefined,
  field: string
): Cause[] {
  if (fields === undefined || fields.length === 0) return []
  if (schema === undefined) return [invalidValue(field, '', 'may only be set when validations.schema is included')]
  const seen = new Set<string>()
  const causes = fields.flatMap(({ jsonPath = '' }, index) => {
    const at = `${field}[${index}].jsonPath`
    if (jsonPath === '') return [required(at)]
    const target = targetOf(schema, jsonPath)
    if (typeof target === 'string') return [invalidValue(at, jsonPath, `is an invalid path: ${target}`)]
    const found: Cause[] = []
    if (jsonPath.startsWith('.metadata')) found.push(invalidValue(at, jsonPath, 'must not point to fields in metadata'))
    if (!SELECTABLE.includes(target.type ?? ''))
      found.push(
        invalidValue(
          at,
          jsonPath,
          'must point to a field of type string, boolean or integer. Enum string fields and strings with formats are allowed.'
        )
      )
    if (seen.has(jsonPath)) found.push(duplicateValue(at, jsonPath))
    seen.add(jsonPath)
    return found
  })
  if (seen.size <= MOST_FIELDS) return causes
  return [...causes, { reason: 'FieldValueTooMany', message: `Too many: ${seen.size}: must have at most ${MOST_FIELDS} items`, field }]
}

/** The schema at a path of names, or why there is none. */
function targetOf(schema: Schema, path: string): Schema | string {
  let rest = path
  let node: Schema | undefined = schema
  while (rest !== '') {
    const [all, dotted, quoted]: readonly (string | undefined)[] = /^\.([A-Za-z_]\w*)|^\['([^']*)'\]/.exec(rest) ?? []
    if (all === undefined) return `expected [ or . but got: ${rest}`
    node = node?.properties?.[dotted ?? quoted ?? '']
    if (node === undefined) return 'does not refer to a valid field'
    rest = rest.slice(all.length)
  }
  return node ?? 'does not refer to a valid field'
}
