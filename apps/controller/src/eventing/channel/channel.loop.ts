import { channelConditions, channels } from '@knative-ts/api'
import { triggeredBy } from '@knative-ts/kube'
import type { EventingLoop, EventingWorld } from '../eventing-world.ts'
import { ChannelReconciler } from './channel.reconciler.ts'
import { ownersOf } from './owners-of.ts'

export function channelLoop(world: EventingWorld): EventingLoop {
  const { objects, channelKinds, leisureMs } = world
  const channel = new ChannelReconciler(world)
  return {
    name: 'channel',
    reconcile: world.enveloped(world.recorderFor('channel'), {
      objects: objects.channels,
      conditions: channelConditions,
      leisureMs,
      reconcile: (one) => channel.reconcile(one)
    }),
    triggers: [triggeredBy(objects.channels.informer)],
    wake: (enqueue) => channelKinds.onChange((change) => ownersOf(channels, change).forEach(enqueue))
  }
}
