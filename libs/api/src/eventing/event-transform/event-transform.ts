import type { KubeObject, Resource } from '../../object.ts'
import type { EventTransformSpec, EventTransformStatus } from './event-transform.schema.ts'

/** Changes events on their way, by an expression. */
export interface EventTransform extends KubeObject {
  spec: EventTransformSpec
  status?: EventTransformStatus
}

/** The resource of {@link EventTransform}. */
export const eventTransforms: Resource<EventTransform> = {
  group: 'eventing.knative.dev',
  version: 'v1alpha1',
  plural: 'eventtransforms',
  kind: 'EventTransform',
  namespaced: true
}
