import type { Clock } from '../log/clock.ts'

/** A clock of which 20 ms pass at each turn of the event loop, for tests that must see many seconds soon. */
export interface TurningClock extends Clock {
  stop(): void
}

/** Starts at once. */
export function turningClock(): TurningClock {
  let now = Date.UTC(2030, 0, 1)
  let stopped = false
  const timers = new Set<{ readonly at: number; readonly action: () => void }>()
  const turn = () => {
    if (stopped) return
    now += 20
    for (const timer of timers) {
      if (timer.at > now) continue
      timers.delete(timer)
      timer.action()
    }
    setImmediate(turn)
  }
  setImmediate(turn)
  return {
    now: () => now,
    after(ms, action) {
      const timer = { at: now + ms, action }
      timers.add(timer)
      return () => timers.delete(timer)
    },
    stop: () => (stopped = true)
  }
}
