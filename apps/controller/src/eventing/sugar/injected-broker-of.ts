import { apiVersionOf, brokers, injectedLabel, type Broker, type ObjectKey } from '@knative-ts/api'

/** The Broker that is made for a namespace or a Trigger: the webhook gives it its class and configuration. */
export function injectedBrokerOf({ namespace, name }: ObjectKey): Broker {
  return {
    apiVersion: apiVersionOf(brokers),
    kind: brokers.kind,
    metadata: { name, namespace, labels: { [injectedLabel]: 'true' } },
    spec: {}
  }
}
