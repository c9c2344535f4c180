import { subscriptionConditions } from '@knative-ts/api'
import { triggeredBy } from '@knative-ts/kube'
import type { EventingLoop, EventingWorld } from '../eventing-world.ts'
import { subscriptionFinalizer } from './subscription-finalizer.ts'
import { SubscriptionReconciler } from './subscription.reconciler.ts'
import { wakeSubscriptions } from './wake-subscriptions.ts'

export function subscriptionLoop(world: EventingWorld): EventingLoop {
  const { objects, channelKinds, leisureMs } = world
  const recorder = world.recorderFor('subscription')
  const subscription = new SubscriptionReconciler(world, world.resolverFor('subscription'), recorder)
  return {
    name: 'subscription',
    reconcile: world.enveloped(recorder, {
      objects: objects.subscriptions,
      conditions: subscriptionConditions,
      finalizer: subscriptionFinalizer,
      leisureMs,
      reconcile: (one) => subscription.reconcile(one),
      finalize: (one) => subscription.finalize(one)
    }),
    triggers: [triggeredBy(objects.subscriptions.informer)],
    // Passes that wait for the write of one channel's list go with the next one together.
    workers: 50,
    wake: (enqueue) => wakeSubscriptions(objects.subscriptions, objects.channels, channelKinds, enqueue)
  }
}
