import {
  apiVersionOf,
  brokerLabel,
  brokers,
  childName,
  subscriptions,
  triggerLabel,
  type Broker,
  type KReference,
  type Subscription,
  type Trigger
} from '@knative-ts/api'
import { subscriptionFinalizer } from '../subscription/subscription-finalizer.ts'

/** The Subscription by which a Trigger gets the events of its Broker's channel. `filterUrl`: where filters are asked. */
export function subscriptionOf(trigger: Trigger, broker: Broker, channel: KReference, filterUrl: string): Subscription {
  const { name = '', namespace = '', uid = '' } = trigger.metadata
  const brokerName = broker.metadata.name ?? ''
  const delivery = trigger.spec.delivery ?? broker.spec.delivery
  const elsewhere = broker.metadata.namespace === namespace ? {} : { namespace: broker.metadata.namespace ?? '' }
  const labels = { [brokerLabel]: brokerName, [triggerLabel]: name }
  return {
    apiVersion: apiVersionOf(subscriptions),
    kind: subscriptions.kind,
    metadata: { name: childName(`${brokerName}-${name}-`, uid), namespace, labels: fitting(labels), finalizers: [subscriptionFinalizer] },
    spec: {
      channel: { ...channel, ...elsewhere },
      subscriber: { uri: `${filterUrl}/triggers/${namespace}/${name}/${uid}` },
      reply: {
        ref: { apiVersion: apiVersionOf(brokers), kind: brokers.kind, name: brokerName, namespace: broker.metadata.namespace ?? '' }
      },
      ...(delivery === undefined ? {} : { delivery })
    }
  }
}

/** Names of objects may be longer than the values of labels. */
const fitting = (labels: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(labels).filter(([, value]) => value.length <= 63))
