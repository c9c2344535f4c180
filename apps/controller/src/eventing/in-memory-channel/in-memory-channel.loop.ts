import { inMemoryChannelConditions, inMemoryChannels, keyOf } from '@knative-ts/api'
import { controllerKeys, triggeredBy } from '@knative-ts/kube'
import { whenDataPlaneChanges } from '../endpoints/when-data-plane-changes.ts'
import type { EventingLoop, EventingWorld } from '../eventing-world.ts'
import { InMemoryChannelReconciler } from './in-memory-channel.reconciler.ts'

export function inMemoryChannelLoop(world: EventingWorld): EventingLoop {
  const { objects } = world
  const channel = new InMemoryChannelReconciler(world, world.resolverFor('inmemorychannel'))
  objects.inMemoryChannels.informer.onChange(({ before, after }) => {
    if (after === undefined && before !== undefined) channel.forget(before)
  })
  return {
    name: 'inmemorychannel',
    reconcile: world.enveloped(world.recorderFor('inmemorychannel'), {
      objects: objects.inMemoryChannels,
      conditions: inMemoryChannelConditions,
      reconcile: (one) => channel.reconcile(one)
    }),
    triggers: [triggeredBy(objects.inMemoryChannels.informer), triggeredBy(objects.services.informer, controllerKeys(inMemoryChannels))],
    wake: (enqueue) =>
      whenDataPlaneChanges(world, ['channel'], () => objects.inMemoryChannels.informer.cache.list().map(keyOf).forEach(enqueue))
  }
}
