import type { KubeObject, Resource } from '../../object.ts'
import type { TriggerSpec, TriggerStatus } from './trigger.schema.ts'

/** Sends the events of a Broker that pass a filter to a subscriber. */
export interface Trigger extends KubeObject {
  spec: TriggerSpec
  status?: TriggerStatus
}

/** The resource of {@link Trigger}. */
export const triggers: Resource<Trigger> = {
  group: 'eventing.knative.dev',
  version: 'v1',
  plural: 'triggers',
  kind: 'Trigger',
  namespaced: true
}
