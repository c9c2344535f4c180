import type { KubeObject, Resource } from '../../object.ts'
import type { SinkBindingSpec, SinkBindingStatus } from './sink-binding.schema.ts'

/** Tells the containers of other objects where they send their events. */
export interface SinkBinding extends KubeObject {
  spec: SinkBindingSpec
  status?: SinkBindingStatus
}

/** The resource of {@link SinkBinding}. */
export const sinkBindings: Resource<SinkBinding> = {
  group: 'sources.knative.dev',
  version: 'v1',
  plural: 'sinkbindings',
  kind: 'SinkBinding',
  namespaced: true
}
