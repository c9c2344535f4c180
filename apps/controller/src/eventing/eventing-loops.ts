import type { ObjectKey } from '@knative-ts/api'
import { createBucketedLoop, type BucketedLoop } from '@knative-ts/kube'
import type { EventingWorld } from './eventing-world.ts'
import { coreLoops } from './core-loops.ts'
import { sourceLoops } from './sources/source-loops.ts'

/** The reconcilers of Eventing, each as a loop that runs for the buckets which this replica leads. */
export interface EventingLoops {
  readonly all: readonly BucketedLoop[]
  /** Passes an object of the loop of that name again; nothing when there is none. */
  enqueue(loop: string, key: ObjectKey): void
}

export function eventingLoops(world: EventingWorld): EventingLoops {
  const { log, clock } = world
  const loops = new Map<string, BucketedLoop>()
  for (const { name, reconcile, triggers, wake, workers = 8 } of [...coreLoops(world), ...sourceLoops(world)]) {
    const loop = createBucketedLoop({ name, reconcile, triggers, workers, log, clock })
    loops.set(name, loop)
    wake?.((key) => loop.enqueue(key))
  }
  world.settings.onChange(() => {
    for (const loop of loops.values()) loop.resync()
  })
  return { all: [...loops.values()], enqueue: (loop, key) => loops.get(loop)?.enqueue(key) }
}
