import type { KubeObject, Resource } from '../../object.ts'
import type { PingSourceSpec, PingSourceStatus } from './ping-source.schema.ts'

/** Sends an event at the times of a schedule. */
export interface PingSource extends KubeObject {
  spec: PingSourceSpec
  status?: PingSourceStatus
}

/** The resource of {@link PingSource}. */
export const pingSources: Resource<PingSource> = {
  group: 'sources.knative.dev',
  version: 'v1',
  plural: 'pingsources',
  kind: 'PingSource',
  namespaced: true
}

/** The same objects in the version before: deprecated, the shape is the same. */
export const pingSourcesV1beta2: Resource<PingSource> = { ...pingSources, version: 'v1beta2' }
