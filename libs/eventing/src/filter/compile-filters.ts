import { attributesFilter } from './attributes-filter.ts'
import { cesqlFilter } from './cesql-filter.ts'
import { allOf, anyOf, notOf } from './combined.ts'
import { type Filter, noFilter } from './filter.ts'
import { textFilter } from './text-filter.ts'

/** One entry of a Trigger's `filters`: one dialect. */
export interface SubscriptionsApiFilter {
  readonly exact?: Readonly<Record<string, string>>
  readonly prefix?: Readonly<Record<string, string>>
  readonly suffix?: Readonly<Record<string, string>>
  readonly all?: readonly SubscriptionsApiFilter[]
  readonly any?: readonly SubscriptionsApiFilter[]
  readonly not?: SubscriptionsApiFilter
  readonly cesql?: string
}

/** What a Trigger says of the events it wants. `filters` win over `attributes` unless empty. */
export interface FilterSpec {
  readonly filters?: readonly SubscriptionsApiFilter[]
  readonly attributes?: Readonly<Record<string, string>>
}

/** Compiles a Trigger's filters, all of which must let an event through. */
export function compileFilters({ filters, attributes }: FilterSpec): Filter {
  if (filters !== undefined && filters.length > 0) return allOf(filters.map(compileOne))
  return attributesFilter(attributes ?? {})
}

function compileOne(filter: SubscriptionsApiFilter): Filter {
  if (filter.exact !== undefined) return textFilter('exact', filter.exact)
  if (filter.prefix !== undefined) return textFilter('prefix', filter.prefix)
  if (filter.suffix !== undefined) return textFilter('suffix', filter.suffix)
  if (filter.all !== undefined) return allOf(filter.all.map(compileOne))
  if (filter.any !== undefined) return anyOf(filter.any.map(compileOne))
  if (filter.not !== undefined) return notOf(compileOne(filter.not))
  return filter.cesql === undefined ? noFilter : cesqlFilter(filter.cesql)
}
