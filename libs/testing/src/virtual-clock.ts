import type { Clock } from '@knative-ts/kube'

/** A clock that only moves when told to. */
export interface VirtualClock extends Clock {
  /** Moves by `ms`; timers that fall due run in order, and what they set off (promises) settles in between. */
  advance(ms: number): Promise<void>
  /** Timers that wait. */
  pending(): number
}

/** Starts at `startMs` (default 2030-01-01T00:00:00Z, far from any real time, so that a stray Date.now() shows). */
export function virtualClock(startMs = Date.UTC(2030, 0, 1)): VirtualClock {
  let now = startMs
  let serial = 0
  const timers = new Map<number, { readonly at: number; readonly action: () => void }>()
  const next = (until: number): number | undefined => {
    let best: { id: number; at: number } | undefined
    for (const [id, { at }] of timers) if (at <= until && (best === undefined || at < best.at)) best = { id, at }
    return best?.id
  }
  return {
    now: () => now,
    after(ms, action) {
      const id = serial++
      timers.set(id, { at: now + Math.max(ms, 0), action })
      return () => timers.delete(id)
    },
    pending: () => timers.size,
    async advance(ms) {
      const until = now + ms
      await settle()
      for (let id = next(until); id !== undefined; id = next(until)) {
        const timer = timers.get(id)
        timers.delete(id)
        if (timer === undefined) continue
        now = timer.at
        timer.action()
        await settle()
      }
      now = until
      await settle()
    }
  }
}

/** Lets promises and immediates that are ready run: a turn of the event loop drains every chain of microtasks. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) await new Promise<void>((resolve) => setImmediate(resolve))
}
