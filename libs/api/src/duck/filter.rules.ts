import { entryPath, generic, invalidValue, invalidKey, under, underItem, type FieldError } from '../validation/field-error.ts'
import type { SubscriptionsApiFilter } from './filter.schema.ts'

const NAME_RULE = 'Attribute name must start with a letter and can only contain lowercase alphanumeric'

/** Reads a CESQL expression; throws an Error that says what is wrong. */
export type ParseCesql = (expression: string) => unknown

/** What is wrong with a list of filters. Paths are relative to it. */
export const filterListErrors = (filters: readonly SubscriptionsApiFilter[] | undefined, parse: ParseCesql): FieldError[] =>
  (filters ?? []).flatMap((filter, index) => underItem('', index, filterErrors(filter, parse)))

/** What is wrong with the names of attributes. Paths are relative to the object that has `field`. */
export function attributeNameErrors(field: string, attributes: Readonly<Record<string, string>> | undefined): FieldError[] {
  const names = Object.keys(attributes ?? {}).filter((name) => !/^[a-z][a-z0-9]*$/.test(name))
  return names.map((name) => invalidKey(name, entryPath(field, name), NAME_RULE))
}

function filterErrors(filter: SubscriptionsApiFilter, parse: ParseCesql): FieldError[] {
  return [
    ...(dialectsOf(filter) > 1 ? [generic('multiple dialects found, filters can have only one dialect set')] : []),
    ...attributeNameErrors('exact', filter.exact),
    ...attributeNameErrors('prefix', filter.prefix),
    ...attributeNameErrors('suffix', filter.suffix),
    ...under('all', filterListErrors(filter.all, parse)),
    ...under('any', filterListErrors(filter.any, parse)),
    ...(filter.not === undefined ? [] : under('not', filterErrors(filter.not, parse))),
    ...cesqlErrors(filter.cesql ?? '', parse)
  ]
}

const dialectsOf = ({ all, any, not, exact, prefix, suffix, cesql = '' }: SubscriptionsApiFilter): number =>
  [all?.length, any?.length, size(exact), size(prefix), size(suffix)].filter((count = 0) => count > 0).length +
  (not === undefined ? 0 : 1) +
  (cesql === '' ? 0 : 1)

const size = (map: object | undefined): number => Object.keys(map ?? {}).length

function cesqlErrors(expression: string, parse: ParseCesql): FieldError[] {
  if (expression === '') return []
  try {
    parse(expression)
    return []
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    return [invalidValue(expression, 'cesql', why)]
  }
}
