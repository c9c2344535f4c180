import { setTimeout as pause } from 'node:timers/promises'
import type { OpenRequests } from '@knative-ts/proxy'

const tickMs = 20
/** A request that is older than this is a long one: a stream, a tunnel. */
const longMs = 1_000

/**
 * For a gateway whose socket outlives it: nobody accepts between its last accept and its successor's first, and the successor only starts when this
 * one has ended. So it goes on accepting while long requests run, and stops when what is open will soon be over; at most `deadlineMs`.
 */
export async function untilShort(requests: readonly OpenRequests[], deadlineMs: number): Promise<void> {
  const begun = performance.now()
  for (let now = begun; now - begun < deadlineMs; now = performance.now()) {
    if (requests.every((each) => each.oldestMs(now) < longMs)) return
    await pause(tickMs)
  }
}
