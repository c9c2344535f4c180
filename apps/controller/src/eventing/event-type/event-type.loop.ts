import { eventTypeConditions } from '@knative-ts/api'
import { triggeredBy } from '@knative-ts/kube'
import type { EventingLoop, EventingWorld } from '../eventing-world.ts'
import { EventTypeReconciler } from './event-type.reconciler.ts'

export function eventTypeLoop(world: EventingWorld): EventingLoop {
  const { objects } = world
  const eventType = new EventTypeReconciler(world.resolverFor('eventtype'))
  return {
    name: 'eventtype',
    reconcile: world.enveloped(world.recorderFor('eventtype'), {
      objects: objects.eventTypes,
      conditions: eventTypeConditions,
      reconcile: (one) => eventType.reconcile(one)
    }),
    triggers: [triggeredBy(objects.eventTypes.informer)]
  }
}
