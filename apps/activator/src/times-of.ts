import { keyText } from '@knative-ts/api'
import { type Exchange, socketOf } from '@knative-ts/proxy'
import type { Activated } from './activated.ts'
import { epochMs, requestTimes } from './request-times.ts'

/** Publishes the times of an exchange that is over. */
export function publishTimes({ context, startedAt, response }: Exchange<Activated>): void {
  const { entry, place, times } = context
  if (times === undefined) return
  const pod = place?.address ?? ''
  const podTimes = entry.backends.timesOf(pod)
  requestTimes.publish({
    revision: keyText(entry.key),
    arrivedMs: epochMs(startedAt),
    heldFromMs: epochMs(times.heldFrom),
    heldToMs: epochMs(times.heldTo),
    pod: socketOf(pod),
    podSeenMs: epochMs(podTimes?.seenAt ?? 0),
    podOpenMs: epochMs(podTimes?.openAt ?? 0),
    podReadyMs: epochMs(podTimes?.answeredAt ?? 0),
    forwardedMs: epochMs(times.forwardedAt),
    respondedMs: epochMs(times.respondedAt),
    endedMs: epochMs(performance.now()),
    attempts: times.attempts,
    status: response.status
  })
}
