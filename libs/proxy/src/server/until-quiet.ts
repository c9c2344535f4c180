import { setTimeout as pause } from 'node:timers/promises'
import { letIn } from './let-in.ts'
import type { OpenRequests } from './open-requests.ts'

const tickMs = 20
/** Milliseconds without a new request after which those who route here have learnt that this server is leaving. */
const quietMs = 500

/** How long a server that is to end goes on accepting. */
export interface AcceptTimes {
  /** Milliseconds that it accepts in any case: where requests are few, silence says nothing. */
  readonly leastMs: number
  /** Milliseconds that it accepts at most. */
  readonly mostMs: number
}

/**
 * For a server whose listening sockets are its own, after it was told to end: resolves when no request has come for a moment, because those who route to it learn
 * of its leaving only now. Its clients have been told not to use their connections again (`Server.leave`): who comes is still sent here.
 */
export async function untilQuiet(requests: readonly OpenRequests[], { leastMs, mostMs }: AcceptTimes): Promise<void> {
  const begun = performance.now()
  for (let now = begun; now - begun < mostMs; now = performance.now()) {
    const last = (): number => Math.max(begun, ...requests.map(({ lastBegun }) => lastBegun))
    if (now - begun >= leastMs && now - last() >= quietMs) {
      await letIn()
      if (now - last() >= quietMs) return
    }
    await pause(tickMs)
  }
}
