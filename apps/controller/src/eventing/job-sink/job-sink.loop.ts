import { jobSinkConditions, keyOf } from '@knative-ts/api'
import { triggeredBy } from '@knative-ts/kube'
import { whenDataPlaneChanges } from '../endpoints/when-data-plane-changes.ts'
import type { EventingLoop, EventingWorld } from '../eventing-world.ts'
import { JobSinkReconciler } from './job-sink.reconciler.ts'

export function jobSinkLoop(world: EventingWorld): EventingLoop {
  const { objects } = world
  const sink = new JobSinkReconciler(world)
  return {
    name: 'jobsink',
    reconcile: world.enveloped(world.recorderFor('jobsink'), {
      objects: objects.jobSinks,
      conditions: jobSinkConditions,
      reconcile: (one) => sink.reconcile(one)
    }),
    triggers: [triggeredBy(objects.jobSinks.informer)],
    wake: (enqueue) => whenDataPlaneChanges(world, ['job-sink'], () => objects.jobSinks.informer.cache.list().map(keyOf).forEach(enqueue))
  }
}
