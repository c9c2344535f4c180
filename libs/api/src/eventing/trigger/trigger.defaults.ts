import type { EventingContext } from '../../admission/eventing/eventing-context.ts'
import { withUsers } from '../../admission/eventing/users.ts'
import { defaultDelivery, defaultDestination } from '../../duck/destination.defaults.ts'
import { brokerLabel } from '../../names/eventing-keys.ts'
import type { Trigger } from './trigger.ts'

/** Fills in a Trigger: a filter, namespaces, and the label that says its Broker. */
export function defaultTrigger(trigger: Trigger, context: EventingContext<Trigger>): Trigger {
  const { namespace } = trigger.metadata
  const delivery = defaultDelivery(trigger.spec.delivery, namespace)
  const spec = {
    ...trigger.spec,
    filter: trigger.spec.filter ?? {},
    subscriber: defaultDestination(trigger.spec.subscriber, namespace),
    ...(delivery === undefined ? {} : { delivery })
  }
  return withUsers(labelled({ ...trigger, spec }, context), context)
}

function labelled(trigger: Trigger, { config }: EventingContext<Trigger>): Trigger {
  const { broker = '', brokerRef } = trigger.spec
  const isElsewhere = config.features.crossNamespaceEventLinks && brokerRef !== undefined
  if (!isElsewhere && broker === '') return trigger
  const labels = { ...trigger.metadata.labels, [brokerLabel]: isElsewhere ? brokerRef.name : broker }
  return { ...trigger, metadata: { ...trigger.metadata, labels } }
}
