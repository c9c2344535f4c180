import { keyOf, keyText } from '@knative-ts/api'
import { triggeredBy } from '@knative-ts/kube'
import { byBroker } from '../eventing-objects.ts'
import type { EventingLoop, EventingWorld } from '../eventing-world.ts'
import { SugarReconciler } from './sugar.reconciler.ts'

export function sugarLoops(world: EventingWorld): readonly EventingLoop[] {
  const { objects } = world
  const ofNamespaces = new SugarReconciler(world, world.recorderFor('sugar-namespace'))
  const ofTriggers = new SugarReconciler(world, world.recorderFor('sugar-trigger'))
  return [
    {
      name: 'sugar-namespace',
      reconcile: (key) => ofNamespaces.ofNamespace(key),
      triggers: [
        triggeredBy(objects.namespaces.informer),
        triggeredBy(objects.brokers.informer, ({ metadata }) => [{ namespace: '', name: metadata.namespace ?? '' }])
      ]
    },
    {
      name: 'sugar-trigger',
      reconcile: (key) => ofTriggers.ofTrigger(key),
      triggers: [
        triggeredBy(objects.triggers.informer),
        triggeredBy(objects.brokers.informer, (broker) => objects.triggers.byIndex(byBroker, keyText(keyOf(broker))).map(keyOf))
      ]
    }
  ]
}
