import type { KubeObject, Resource } from '../../object.ts'
import type { RevisionSpec, RevisionStatus } from './revision.schema.ts'

/** One immutable version of code and configuration. */
export interface Revision extends KubeObject {
  spec: RevisionSpec
  status?: RevisionStatus
}

/** The resource of {@link Revision}. */
export const revisions: Resource<Revision> = {
  group: 'serving.knative.dev',
  version: 'v1',
  plural: 'revisions',
  kind: 'Revision',
  namespaced: true
}
