/** The reconcile contract: a request is a name, a result is a closed union, a thrown error is retried with backoff. */
import type { KubeObject, ObjectKey } from '@knative-ts/api'
import type { Informer } from './informer.ts'

/**
 * How one pass over an object ended. `settled`: nothing to do until something changes. `again`: look again after `afterMs`.
 * `stuck`: a terminal problem that is written in a condition; only a change can help.
 */
export type Outcome =
  | { readonly kind: 'settled' }
  | { readonly kind: 'again'; readonly afterMs: number }
  | { readonly kind: 'stuck'; readonly reason: string }

/** Nothing left to do until something changes. */
export const settled: Outcome = { kind: 'settled' }
/** To be looked at again in `afterMs` milliseconds. */
export const again = (afterMs: number): Outcome => ({ kind: 'again', afterMs })
/** Trying again would not help until something changes; `reason` says why. */
export const stuck = (reason: string): Outcome => ({ kind: 'stuck', reason })

/** Brings one object's world to what its spec says. Level-triggered: reads the state, never the event. */
export type Reconcile = (key: ObjectKey, signal: AbortSignal) => Promise<Outcome>

/** Which objects to reconcile when something changes. */
export interface Trigger<T extends KubeObject = KubeObject> {
  readonly informer: Informer<T>
  /** Keys to enqueue for an object (called with the old and the new one). */
  readonly keys: (object: T) => readonly ObjectKey[]
}

/** One loop: a queue of names without duplicates, `workers` passes at a time, never two for one name. */
export interface ReconcileLoop {
  readonly name: string
  /** Runs until `signal` aborts; waits for running passes. */
  run(signal: AbortSignal): Promise<void>
  enqueue(key: ObjectKey): void
  enqueueAfter(key: ObjectKey, delayMs: number): void
  /** Enqueues every object of the loop's first trigger (a configuration changed). */
  resync(): void
}
