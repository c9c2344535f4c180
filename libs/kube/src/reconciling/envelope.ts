/** What surrounds each pass of every kind with a status (Knative's generated reconcilers): the same for all, written once. */
import {
  initialize,
  keyOf,
  markUnknown,
  settleTransitionTimes,
  type ConditionSet,
  type KubeObject,
  type ObjectKey,
  type Status
} from '@knative-ts/api'
import { secondTime } from '../micro-time.ts'
import { isConflict, isNotFound, isPatchMisfit } from '../api-error.ts'
import { cloneJson } from '../clone-json.ts'
import type { Clock } from '../clock.ts'
import { equalJson } from '../equal-json.ts'
import type { EventRecorder } from '../event-recorder.ts'
import { again, settled, type Outcome, type Reconcile } from '../reconcile.ts'
import type { Kept } from './kept.ts'
import { Leisure } from './leisure.ts'
import { ReasonedError } from './reasoned-error.ts'
import { errorText } from '../error-text.ts'

/** An object whose status this process writes. */
export interface Reconciled extends KubeObject {
  status?: Status
}

/** What is particular to one kind. */
export interface Kind<T extends Reconciled> {
  readonly objects: Kept<T>
  readonly conditions: ConditionSet
  readonly finalizer?: string
  /** False for a second reconciler of a kind, which leaves the status to the first. */
  readonly writesStatus?: boolean
  /** Milliseconds that a state on the way to Ready may go untold, when nobody acts on it; absent: every state is told at once. */
  readonly leisureMs?: number
  /** Which objects this controller is responsible for; all when absent. */
  readonly mine?: (object: T) => boolean
  /** Brings the world to the spec. `object` is a copy of its own: changes of its status are written after the pass, also after a throw. */
  readonly reconcile: (object: T & { status: NonNullable<T['status']> }, signal: AbortSignal) => Promise<Outcome>
  /** Undoes what the garbage collector does not. The finalizer goes when it resolves. */
  readonly finalize?: (object: T, signal: AbortSignal) => Promise<void>
}

/** What every pass needs besides its kind. */
export interface Surroundings {
  readonly recorder: EventRecorder
  readonly clock: Clock
}

/** Wraps a kind into the pass that a reconcile loop runs: finalizer, conditions, observed generation, status write, events. */
export function enveloped<T extends Reconciled>(kind: Kind<T>, { recorder, clock }: Surroundings): Reconcile {
  const leisure = new Leisure(kind.leisureMs ?? 0, kind.conditions, clock)
  return async (key: ObjectKey, signal: AbortSignal): Promise<Outcome> => {
    const original = kind.objects.get(key)
    if (original === undefined || original.metadata.deletionTimestamp !== undefined) leisure.told(key)
    if (original === undefined || kind.mine?.(original) === false) return settled
    if (original.metadata.deletionTimestamp !== undefined) return finalize(kind, original, signal)
    const finalized = await ensureFinalizer(kind, original, recorder)
    const object = cloneJson(finalized) as T & { status: NonNullable<T['status']> }
    object.status ??= {} as NonNullable<T['status']>
    if (kind.writesStatus !== false) begin(object.status, object.metadata.generation, kind.conditions)
    let outcome: Outcome | undefined
    let waitMs = 0
    try {
      outcome = await kind.reconcile(object, signal)
    } catch (error) {
      // A lost race is retried and no news to the user.
      if (!isConflict(error) && !signal.aborted)
        recorder.record(object, 'Warning', error instanceof ReasonedError ? error.reason : 'InternalError', errorText(error))
      throw error
    } finally {
      if (kind.writesStatus !== false) {
        if (object.metadata.generation !== undefined) object.status.observedGeneration = object.metadata.generation
        if (isNews(finalized, object, clock)) {
          // What goes with an error is told at once: the next pass may be long in coming.
          waitMs = outcome === undefined ? 0 : leisure.waitMs(key, finalized.status, object.status)
          if (waitMs === 0) await writeStatus(kind, object, recorder)
        }
        if (waitMs === 0) leisure.told(key)
      }
    }
    return waitMs === 0 ? outcome : sooner(outcome, waitMs)
  }
}

/** A pass after `waitMs` at the latest. */
function sooner(outcome: Outcome, waitMs: number): Outcome {
  return again(outcome.kind === 'again' ? Math.min(outcome.afterMs, waitMs) : waitMs)
}

/** Before a pass: every condition is there, and a generation that is new is not ready before the pass says so. */
function begin(status: Status, generation: number | undefined, conditions: ConditionSet): void {
  status.conditions = initialize(status.conditions, conditions)
  if ((status.observedGeneration ?? 0) === generation) return
  const text = 'unsuccessfully observed a new generation'
  status.conditions = markUnknown(status.conditions, conditions, conditions.happy, 'NewObservedGenFailure', text)
}

async function ensureFinalizer<T extends Reconciled>(kind: Kind<T>, object: T, recorder: EventRecorder): Promise<T> {
  const present = object.metadata.finalizers ?? []
  if (kind.finalizer === undefined || present.includes(kind.finalizer)) return object
  const written = await patchFinalizers(kind, object, [...present, kind.finalizer])
  recorder.record(object, 'Normal', 'FinalizerUpdate', `Updated "${object.metadata.name}" finalizers`)
  return written
}

async function finalize<T extends Reconciled>(kind: Kind<T>, object: T, signal: AbortSignal): Promise<Outcome> {
  const present = object.metadata.finalizers ?? []
  if (kind.finalizer === undefined || !present.includes(kind.finalizer)) return settled
  await kind.finalize?.(structuredClone(object), signal)
  const left = present.filter((name) => name !== kind.finalizer)
  try {
    await patchFinalizers(kind, object, left)
  } catch (error) {
    if (!isNotFound(error)) throw error
  }
  return settled
}

/** The list is replaced whole, so the patch names the version that it was read from. */
function patchFinalizers<T extends Reconciled>(kind: Kind<T>, object: T, finalizers: readonly string[]): Promise<T> {
  const metadata = { finalizers, resourceVersion: object.metadata.resourceVersion }
  return kind.objects.patch(keyOf(object), { type: 'merge', body: { metadata } })
}

/** Whether the status says anything else than it did; its transition times are right from here on. */
function isNews<T extends Reconciled>(before: T, { status = {} }: T, clock: Clock): boolean {
  status.conditions = settleTransitionTimes(before.status?.conditions, status.conditions ?? [], secondTime(clock.now()))
  return !equalJson(before.status, status)
}

/**
 * Writes the status. As a JSON patch that tests the uid: the leader alone writes it, so a change of spec or labels meanwhile is no conflict, yet an object
 * of the same name that came later is left alone.
 */
async function writeStatus<T extends Reconciled>(kind: Kind<T>, object: T, recorder: EventRecorder): Promise<void> {
  try {
    const operations = [
      { op: 'test', path: '/metadata/uid', value: object.metadata.uid },
      { op: 'add', path: '/status', value: object.status ?? {} }
    ] as const
    await kind.objects.patch(keyOf(object), { type: 'json', operations }, { subresource: 'status' })
  } catch (error) {
    // Deleted meanwhile, or another object of that name has come: there is nothing to tell the state of.
    if (isNotFound(error) || isPatchMisfit(error)) return
    recorder.record(object, 'Warning', 'UpdateFailed', `Failed to update status for "${object.metadata.name}": ${errorText(error)}`)
    throw error
  }
}
