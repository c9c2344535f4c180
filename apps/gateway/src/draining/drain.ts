import { setTimeout as pause } from 'node:timers/promises'
import type { OpenRequests } from '@knative-ts/proxy'

const tickMs = 20
/** A request that is older than this is a long one: a stream, a tunnel. */
const longMs = 1_000
/** Milliseconds without a new request after which routers have learnt that this gateway is leaving. */
const quietMs = 500

export interface AcceptTimes {
  /** Milliseconds that it accepts in any case: where requests are few, silence says nothing. */
  readonly leastMs: number
  /** Milliseconds that it accepts at most. */
  readonly mostMs: number
}

/**
 * For a gateway whose listening sockets are its own: goes on accepting until no request has come for a moment, because those who route to it learn
 * of its leaving only now. Its clients have been told not to use their connections again: who comes is still sent here.
 */
export async function untilQuiet(requests: readonly OpenRequests[], { leastMs, mostMs }: AcceptTimes): Promise<void> {
  const begun = performance.now()
  for (let now = begun; now - begun < mostMs; now = performance.now()) {
    const last = Math.max(begun, ...requests.map(({ lastBegun }) => lastBegun))
    if (now - begun >= leastMs && now - last >= quietMs) return
    await pause(tickMs)
  }
}

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
