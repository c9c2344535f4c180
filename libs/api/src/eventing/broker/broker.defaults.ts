import type { EventingContext } from '../../admission/eventing/eventing-context.ts'
import { withUsers } from '../../admission/eventing/users.ts'
import {
  brokerConfigFor,
  defaultBrokerClass,
  mustKeepConfigBeside,
  type BrokerConfig
} from '../../config/eventing/broker-defaults-config.ts'
import type { DeliverySpec } from '../../duck/delivery.schema.ts'
import { defaultDelivery, inNamespace } from '../../duck/destination.defaults.ts'
import { brokerClassAnnotation } from '../../names/eventing-keys.ts'
import type { Broker } from './broker.ts'
import type { BrokerSpec } from './broker.schema.ts'

/** Fills in a Broker: its class, its configuration and its delivery, from config-br-defaults (reference 7). */
export function defaultBroker(broker: Broker, context: EventingContext<Broker>): Broker {
  const { brokerDefaults } = context.config
  const { namespace = '', annotations } = broker.metadata
  const given = annotations?.[brokerClassAnnotation] ?? ''
  const { config } = broker.spec
  // A configuration that is given is looked up under its kind in place of the class: upstream's slip, which decides the delivery.
  const found = brokerConfigFor(brokerDefaults, namespace, config === undefined ? given : config.kind)
  const spec = filledIn(broker.spec, found, namespace)
  const brokerClass = given === '' ? defaultBrokerClass(brokerDefaults, namespace) : given
  const named = brokerClass === '' ? annotations : { ...annotations, [brokerClassAnnotation]: brokerClass }
  const metadata = named === undefined ? broker.metadata : { ...broker.metadata, annotations: named }
  return withUsers({ ...broker, metadata, spec }, context)
}

function filledIn(spec: BrokerSpec, found: BrokerConfig | undefined, namespace: string): BrokerSpec {
  const config = spec.config ?? found?.config
  const delivery = defaultDelivery(spec.delivery ?? copied(found?.delivery), namespace)
  return {
    ...spec,
    ...(config === undefined ? {} : { config: inNamespace(config, namespace) }),
    ...(delivery === undefined ? {} : { delivery })
  }
}

/** The default delivery has no timeout, format or retryAfterMax, as upstream. */
function copied(delivery: DeliverySpec | undefined): DeliverySpec | undefined {
  if (delivery === undefined) return undefined
  const { deadLetterSink, retry, backoffPolicy, backoffDelay } = delivery
  return {
    ...(deadLetterSink === undefined ? {} : { deadLetterSink }),
    ...(retry === undefined ? {} : { retry }),
    ...(backoffPolicy === undefined ? {} : { backoffPolicy }),
    ...(backoffDelay === undefined ? {} : { backoffDelay })
  }
}

/** Where the configuration of a Broker must be; undefined for anywhere. */
export const configNamespaceOf = (broker: Broker, { config }: EventingContext<Broker>): string | undefined =>
  mustKeepConfigBeside(config.brokerDefaults, broker.metadata.namespace ?? '') ? broker.metadata.namespace : undefined
