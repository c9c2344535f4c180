import type { KubeObject, Resource } from '../../object.ts'
import type { EventTypeSpec, EventTypeStatus, EventTypeV1beta3Spec } from './event-type.schema.ts'

/** Describes events that can be had from somewhere, in the version that is stored (v1beta2). */
export interface EventType extends KubeObject {
  spec: EventTypeSpec
  status?: EventTypeStatus
}

/** The same in v1beta3. */
export interface EventTypeV1beta3 extends KubeObject {
  spec: EventTypeV1beta3Spec
  status?: EventTypeStatus
}

/** The resource of {@link EventType}. */
export const eventTypes: Resource<EventType> = {
  group: 'eventing.knative.dev',
  version: 'v1beta2',
  plural: 'eventtypes',
  kind: 'EventType',
  namespaced: true
}

/** The same objects as v1beta3. */
export const eventTypesV1beta3: Resource<EventTypeV1beta3> = { ...eventTypes, version: 'v1beta3' } as Resource<EventTypeV1beta3>

/** The same objects as v1beta1, which is deprecated. */
export const eventTypesV1beta1: Resource<EventType> = { ...eventTypes, version: 'v1beta1' }
