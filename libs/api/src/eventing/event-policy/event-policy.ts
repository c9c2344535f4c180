import type { KubeObject, Resource } from '../../object.ts'
import type { EventPolicySpec, EventPolicyStatus } from './event-policy.schema.ts'

/** Says who may send events to what. */
export interface EventPolicy extends KubeObject {
  spec: EventPolicySpec
  status?: EventPolicyStatus
}

/** The resource of {@link EventPolicy}. */
export const eventPolicies: Resource<EventPolicy> = {
  group: 'eventing.knative.dev',
  version: 'v1alpha1',
  plural: 'eventpolicies',
  kind: 'EventPolicy',
  namespaced: true
}
