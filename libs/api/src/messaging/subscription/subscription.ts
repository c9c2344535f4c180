import type { KubeObject, Resource } from '../../object.ts'
import type { SubscriptionSpec, SubscriptionStatus } from './subscription.schema.ts'

/** Sends the events of a channel to a subscriber, and its answers to somebody else. */
export interface Subscription extends KubeObject {
  spec: SubscriptionSpec
  status?: SubscriptionStatus
}

/** The resource of {@link Subscription}. */
export const subscriptions: Resource<Subscription> = {
  group: 'messaging.knative.dev',
  version: 'v1',
  plural: 'subscriptions',
  kind: 'Subscription',
  namespaced: true
}
