import type { KubeObject, Resource } from '../../object.ts'
import type { BrokerSpec, BrokerStatus } from './broker.schema.ts'

/** Takes events in and hands them to its Triggers. */
export interface Broker extends KubeObject {
  spec: BrokerSpec
  status?: BrokerStatus
}

/** The resource of {@link Broker}. */
export const brokers: Resource<Broker> = {
  group: 'eventing.knative.dev',
  version: 'v1',
  plural: 'brokers',
  kind: 'Broker',
  namespaced: true
}
