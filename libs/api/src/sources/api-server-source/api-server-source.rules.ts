import type { EventingContext } from '../../admission/eventing/eventing-context.ts'
import { destinationErrors } from '../../duck/destination.rules.ts'
import { filterListErrors } from '../../duck/filter.rules.ts'
import { overridesErrors } from '../../duck/overrides.rules.ts'
import { generic, invalidValue, missing, under, underItem, type FieldError } from '../../validation/field-error.ts'
import type { ApiServerSource } from './api-server-source.ts'
import type { ApiServerSourceSpec } from './api-server-source.schema.ts'

const FILTERS_OFF = 'Filters is not empty but the NewAPIServerFilters feature is disabled.'

/** What is wrong with an ApiServerSource. Selectors and the ServiceAccount are not looked at, as upstream. */
export function validateApiServerSource({ spec }: ApiServerSource, context: EventingContext<ApiServerSource>): FieldError[] {
  const { features } = context.config
  const { mode = '', sink, owner, ceOverrides } = spec
  const resources = (spec.resources as ApiServerSourceSpec['resources'] | undefined) ?? []
  return under('spec', [
    ...(mode === 'Reference' || mode === 'Resource' ? [] : [invalidValue(mode, 'mode')]),
    ...under('sink', destinationErrors(sink, features)),
    ...(resources.length === 0 ? [missing('resources')] : []),
    ...resources.flatMap((resource, index) => underItem('resources', index, kindErrors(resource))),
    ...(owner === undefined ? [] : under('owner', kindErrors(owner))),
    ...filterErrors(spec, context),
    ...under('ceOverrides', overridesErrors(ceOverrides))
  ])
}

function kindErrors({ apiVersion = '', kind = '' }: { readonly apiVersion?: string; readonly kind?: string }): FieldError[] {
  return [
    ...(apiVersion.split('/').length > 2 ? [invalidValue(apiVersion, 'apiVersion')] : []),
    ...(kind.trim() === '' ? [missing('kind')] : [])
  ]
}

function filterErrors({ filters = [] }: ApiServerSourceSpec, { config }: EventingContext<ApiServerSource>): FieldError[] {
  if (config.features.apiServerSourceFilters) return under('filters', filterListErrors(filters, config.parseCesql))
  return filters.length === 0 ? [] : [generic(FILTERS_OFF)]
}
