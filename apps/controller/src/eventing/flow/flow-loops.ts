import { parallelConditions, parallels, sequenceConditions, sequences, type ObjectKey, type Resource } from '@knative-ts/api'
import { controllerKeys, triggeredBy } from '@knative-ts/kube'
import { ownersOf } from '../channel/owners-of.ts'
import type { EventingLoop, EventingWorld } from '../eventing-world.ts'
import { ParallelReconciler } from '../parallel/parallel.reconciler.ts'
import { SequenceReconciler } from '../sequence/sequence.reconciler.ts'

export function flowLoops(world: EventingWorld): readonly EventingLoop[] {
  const { objects, channelKinds, leisureMs } = world
  const sequence = new SequenceReconciler(world)
  const parallel = new ParallelReconciler(world)
  const wake = (resource: Resource) => (enqueue: (key: ObjectKey) => void) =>
    channelKinds.onChange((change) => ownersOf(resource, change).forEach(enqueue))
  return [
    {
      name: 'sequence',
      reconcile: world.enveloped(world.recorderFor('sequence'), {
        objects: objects.sequences,
        conditions: sequenceConditions,
        leisureMs,
        reconcile: (one) => sequence.reconcile(one)
      }),
      triggers: [triggeredBy(objects.sequences.informer), triggeredBy(objects.subscriptions.informer, controllerKeys(sequences))],
      wake: wake(sequences)
    },
    {
      name: 'parallel',
      reconcile: world.enveloped(world.recorderFor('parallel'), {
        objects: objects.parallels,
        conditions: parallelConditions,
        leisureMs,
        reconcile: (one) => parallel.reconcile(one)
      }),
      triggers: [triggeredBy(objects.parallels.informer), triggeredBy(objects.subscriptions.informer, controllerKeys(parallels))],
      wake: wake(parallels)
    }
  ]
}
