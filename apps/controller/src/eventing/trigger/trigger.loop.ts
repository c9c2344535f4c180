import { keyOf, keyText, triggerConditions, triggers } from '@knative-ts/api'
import { controllerKeys, triggeredBy } from '@knative-ts/kube'
import { byBroker } from '../eventing-objects.ts'
import type { EventingLoop, EventingWorld } from '../eventing-world.ts'
import { TriggerReconciler } from './trigger.reconciler.ts'

export function triggerLoop(world: EventingWorld): EventingLoop {
  const { objects } = world
  const trigger = new TriggerReconciler(world, world.resolverFor('trigger'))
  return {
    name: 'trigger',
    reconcile: world.enveloped(world.recorderFor('trigger'), {
      objects: objects.triggers,
      conditions: triggerConditions,
      mine: trigger.mine,
      reconcile: (one) => trigger.reconcile(one)
    }),
    triggers: [
      triggeredBy(objects.triggers.informer),
      triggeredBy(objects.brokers.informer, (broker) => objects.triggers.byIndex(byBroker, keyText(keyOf(broker))).map(keyOf)),
      triggeredBy(objects.subscriptions.informer, controllerKeys(triggers))
    ]
  }
}
