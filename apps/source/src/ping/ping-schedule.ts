import type { Clock } from '@knative-ts/kube'
import { pause } from '@knative-ts/kube'
import type { Cron } from 'croner'

/** Timers hold 2^31 - 1 ms, and a laptop sleeps: the clock is looked at again so often. */
const longestPauseMs = 60_000

/** Calls `tick` at each time of a schedule until `signal` aborts. Ticks that a sleeping machine missed are not made up for. */
export async function runSchedule(cron: Cron, clock: Clock, signal: AbortSignal, tick: (at: Date) => void): Promise<void> {
  let after = new Date(clock.now())
  while (!signal.aborted) {
    const next = cron.nextRun(after)
    if (next === null) return
    while (!signal.aborted && clock.now() < next.getTime()) {
      await pause(clock, Math.min(longestPauseMs, next.getTime() - clock.now()), signal)
    }
    if (signal.aborted) return
    tick(next)
    after = new Date(Math.max(next.getTime(), clock.now()))
  }
}
