import { secondTime } from '@knative-ts/kube'
import type { Marks } from '@knative-ts/kube'
import type { eventRouting } from '@knative-ts/wire'

/** An informational condition of ours, there while deliveries fail: readiness says that events are being sent, this says how they fare. */
export const deliveryCondition = 'Delivery'

/** Tells what the last attempt failed with and since when none has succeeded; nothing while all is well. */
export function markDelivery(marks: Marks, state: eventRouting.DeliveryState | undefined, subscriber: string): void {
  if (state === undefined) return
  const since = state.failingSinceMs > 0 ? ` No delivery has succeeded since ${secondTime(state.failingSinceMs)}.` : ''
  const error = state.lastError === '' ? '' : ` The last attempt failed with: ${state.lastError}.`
  if (state.stuck)
    marks.false(deliveryCondition, 'DeliveryStuck', `Events for subscriber ${subscriber} are due and do not move.${error}${since}`)
  else marks.false(deliveryCondition, 'DeliveryFailing', `Subscriber ${subscriber} does not take events.${error}${since}`)
}
