import { setTimeout as pause } from 'node:timers/promises'
import type { OpenRequests } from '@knative-ts/proxy'

const tickMs = 20
/** Milliseconds without a new request after which those who route here know that this one is leaving. */
const quietMs = 500

/** After SIGTERM: goes on taking events until none has come for a moment, between `leastMs` and `mostMs`. */
export async function untilQuiet(
  requests: readonly OpenRequests[],
  { leastMs, mostMs }: { leastMs: number; mostMs: number }
): Promise<void> {
  const begun = performance.now()
  for (let now = begun; now - begun < mostMs; now = performance.now()) {
    const last = Math.max(begun, ...requests.map(({ lastBegun }) => lastBegun))
    if (now - begun >= leastMs && now - last >= quietMs) return
    await pause(tickMs)
  }
}

/** Resolves when no attempt is under way, or after `mostMs`. */
export async function untilLanded(active: () => number, mostMs: number): Promise<void> {
  const begun = performance.now()
  while (active() > 0 && performance.now() - begun < mostMs) await pause(tickMs)
}
