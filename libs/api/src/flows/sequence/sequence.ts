import type { KubeObject, Resource } from '../../object.ts'
import type { SequenceSpec, SequenceStatus } from './sequence.schema.ts'

/** Sends an event through steps, the answer of each to the next. */
export interface Sequence extends KubeObject {
  spec: SequenceSpec
  status?: SequenceStatus
}

/** The resource of {@link Sequence}. */
export const sequences: Resource<Sequence> = {
  group: 'flows.knative.dev',
  version: 'v1',
  plural: 'sequences',
  kind: 'Sequence',
  namespaced: true
}
