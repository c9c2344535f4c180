import type { KubeObject, Resource } from '../../object.ts'
import type { ParallelSpec, ParallelStatus } from './parallel.schema.ts'

/** Sends an event into branches, each with a filter of its own. */
export interface Parallel extends KubeObject {
  spec: ParallelSpec
  status?: ParallelStatus
}

/** The resource of {@link Parallel}. */
export const parallels: Resource<Parallel> = {
  group: 'flows.knative.dev',
  version: 'v1',
  plural: 'parallels',
  kind: 'Parallel',
  namespaced: true
}
