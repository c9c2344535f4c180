import type { ObjectKey } from '@knative-ts/api'
import type { ReconcileLoop } from './reconcile.ts'
import { createReconcileLoop, type ReconcileLoopOptions } from './reconcile-loop.ts'

/** A loop that runs as often as this replica leads buckets, each time for the keys of one of them. */
export interface BucketedLoop {
  readonly name: string
  /** Passes the keys that `accepts` says yes to, until `signal` aborts; waits for running passes. */
  run(signal: AbortSignal, accepts?: (key: ObjectKey) => boolean): Promise<void>
  /** Enqueues in the run that accepts the key; nothing when none does: whoever leads then looks at every object first. */
  enqueue(key: ObjectKey): void
  enqueueAfter(key: ObjectKey, delayMs: number): void
  /** Enqueues every object of the first trigger, in each run what it accepts. */
  resync(): void
}

/** A loop that works on no bucket until it is told to. */
export function createBucketedLoop(options: Omit<ReconcileLoopOptions, 'accepts'>): BucketedLoop {
  const runs = new Set<ReconcileLoop>()
  return {
    name: options.name,
    enqueue: (key) => {
      for (const run of runs) run.enqueue(key)
    },
    enqueueAfter: (key, delayMs) => {
      for (const run of runs) run.enqueueAfter(key, delayMs)
    },
    resync: () => {
      for (const run of runs) run.resync()
    },
    run: async (signal, accepts = () => true) => {
      const run = createReconcileLoop({ ...options, accepts })
      runs.add(run)
      try {
        await run.run(signal)
      } finally {
        runs.delete(run)
      }
    }
  }
}
