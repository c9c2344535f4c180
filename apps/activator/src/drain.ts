import { setTimeout as pause } from 'node:timers/promises'
import type { OpenRequests } from './open-requests.ts'

export interface DrainTimes {
  /** Milliseconds without an open request after which nothing more is expected. */
  readonly idleMs: number
  /** Milliseconds for which new requests are taken at most. */
  readonly acceptMs: number
}

const tickMs = 20

/**
 * After SIGTERM: goes on serving until routers have learnt of it, which shows in that no request has been open for a while; at the latest when
 * `acceptMs` are over (reference 4.5).
 */
export async function untilQuiet(requests: OpenRequests, { idleMs, acceptMs }: DrainTimes): Promise<void> {
  const begun = performance.now()
  for (;;) {
    const now = performance.now()
    // Before the drain began nobody knew of it: that silence does not count.
    const quietMs = Math.min(requests.idleMs(now), now - begun)
    if (quietMs >= idleMs || now - begun >= acceptMs) return
    await pause(tickMs)
  }
}
