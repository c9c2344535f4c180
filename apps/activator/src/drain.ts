import { setTimeout as pause } from 'node:timers/promises'
import { letIn, type OpenRequests } from '@knative-ts/proxy'

export interface DrainTimes {
  /** Milliseconds without an open request after which nothing more is expected. */
  readonly idleMs: number
  /** Milliseconds without a new request after which none is expected, though some are still open. */
  readonly acceptMs: number
  /** Milliseconds in all. */
  readonly deadlineMs: number
}

const tickMs = 20

/**
 * After SIGTERM: goes on serving until routers have learnt of it, which shows in that no request has been open for a while, or that none has come
 * for a long time (reference 4.5). While requests come this is the place that they know: refusing them would lose them.
 */
export async function untilQuiet(requests: OpenRequests, { idleMs, acceptMs, deadlineMs }: DrainTimes): Promise<void> {
  const begun = performance.now()
  const isQuiet = (now: number): boolean => {
    // Before the drain began nobody knew of it: that silence does not count.
    const quietMs = Math.min(requests.idleMs(now), now - begun)
    const sinceLastMs = now - Math.max(requests.lastBegun, begun)
    return quietMs >= idleMs || sinceLastMs >= acceptMs
  }
  for (let now = begun; now - begun < deadlineMs; now = performance.now()) {
    if (isQuiet(now)) {
      await letIn()
      if (isQuiet(now)) return
    }
    await pause(tickMs)
  }
}
