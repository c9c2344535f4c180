import { keyOf } from '@knative-ts/api'
import { events, type Event } from '@knative-ts/api/kubernetes'
import { again, createReconcileLoop, isConflict, isNotFound, type Outcome, type ReconcileLoop } from '@knative-ts/kube'
import type { ControllerContext } from '../controller-context.ts'

/** How long an event is kept after it was last written: Kubernetes' default for --event-ttl. */
const eventTtlMs = 3_600_000
/** Events are not worth a look more often than this. */
const restMs = 60_000
/** Nothing to reconcile is named: there is one sweep. */
const sweepKey = { namespace: '', name: 'events' }

/** Deletes events an hour after they were last written. Keeps no copy of them: it lists, and sleeps until the next may be due. */
export function eventExpiryLoop({ client, log, clock }: ControllerContext): ReconcileLoop {
  const reconcile = async (): Promise<Outcome> => {
    // One that is written after this list lives for an hour at least.
    let next = clock.now() + eventTtlMs
    const { items } = await client.list(events)
    for (const event of items) {
      const at = writtenAt(event) + eventTtlMs
      if (at > clock.now()) {
        next = Math.min(next, at)
        continue
      }
      const { uid = '', resourceVersion = '' } = event.metadata
      await client.delete(events, keyOf(event), { preconditions: { uid, resourceVersion } }).catch((error: unknown) => {
        // Gone already, or written again just now and good for another hour.
        if (!isNotFound(error) && !isConflict(error)) throw error
      })
    }
    return again(Math.max(next - clock.now(), restMs))
  }

  const loop = createReconcileLoop({ name: 'event-expiry', log, clock, workers: 1, triggers: [], reconcile })
  loop.enqueue(sweepKey)
  return loop
}

/** The latest time that an event tells of itself, ms; one without any is old. */
function writtenAt({ metadata, lastTimestamp, eventTime, series }: Event): number {
  const managed = (metadata.managedFields ?? []).map((entry) => (entry as { readonly time?: string }).time)
  const times = [metadata.creationTimestamp, lastTimestamp, eventTime, series?.lastObservedTime, ...managed]
  return Math.max(0, ...times.map((time) => Date.parse(time ?? '') || 0))
}
