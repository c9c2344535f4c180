import type { EventingContext } from '../../admission/eventing/eventing-context.ts'
import { withUsers } from '../../admission/eventing/users.ts'
import type { ApiServerSource } from './api-server-source.ts'

/** Fills in an ApiServerSource: mode and ServiceAccount. The namespace of the sink stays as it is. */
export function defaultApiServerSource(source: ApiServerSource, context: EventingContext<ApiServerSource>): ApiServerSource {
  const { serviceAccountName = '' } = source.spec
  const spec = {
    ...source.spec,
    mode: source.spec.mode ?? ('Reference' as const),
    serviceAccountName: serviceAccountName === '' ? 'default' : serviceAccountName
  }
  return withUsers({ ...source, spec }, context)
}
