import { systemTime, type ProcessTime } from './process-time.ts'

/** Nobody has come for so long: the pod was not started for a request that waits. ms. */
const nobodyMs = 5_000
/** A pod that has answered its first request this soon after the start of this process was started alone. ms. */
const aloneMs = 400
/** However busy the machine and this pod are. ms. */
const longestMs = 10_000
const pollMs = 10

/** What the sidecar is doing. `ending`: it has been told to stop, so that nothing is worth waiting for. */
export type Doing = 'waiting' | 'serving' | 'served' | 'ending'

/**
 * Resolves at the first moment in which 100 ms of work on this thread delay nobody: the first request has been served and none is under way, or nothing has come
 * for five seconds. Where many pods are woken at once, the work would delay the requests of those that are not up yet: a pod that took long to serve leaves the
 * others as long again.
 */
export async function lull(doing: () => Doing, { now, pause }: ProcessTime = systemTime): Promise<void> {
  const began = now()
  let servedAt: number | undefined
  for (let at = began; at - began < longestMs; at = now()) {
    const what = doing()
    if (what === 'ending' || (what === 'waiting' && at - began >= nobodyMs)) return
    if (what === 'served') {
      servedAt ??= at
      if (servedAt <= aloneMs || at >= servedAt * 2) return
    }
    await pause(pollMs)
  }
}
