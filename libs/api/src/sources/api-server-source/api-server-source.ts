import type { KubeObject, Resource } from '../../object.ts'
import type { ApiServerSourceSpec, ApiServerSourceStatus } from './api-server-source.schema.ts'

/** Sends an event for each change of objects of the Kubernetes API. */
export interface ApiServerSource extends KubeObject {
  spec: ApiServerSourceSpec
  status?: ApiServerSourceStatus
}

/** The resource of {@link ApiServerSource}. */
export const apiServerSources: Resource<ApiServerSource> = {
  group: 'sources.knative.dev',
  version: 'v1',
  plural: 'apiserversources',
  kind: 'ApiServerSource',
  namespaced: true
}
