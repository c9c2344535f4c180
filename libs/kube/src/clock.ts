/** Time as the queue, the loops and the election see it, so that tests own it. Milliseconds since the epoch. */
export interface Clock {
  now(): number
  /** Runs `action` once after `ms`; the returned function cancels it. */
  after(ms: number, action: () => void): () => void
}

/** Longest delay that one timer of the runtime can hold (2^31 - 1 ms); a longer one would fire at once. */
const longestTimerMs = 2_147_483_647

/** The machine’s own clock and timers. */
export const systemClock: Clock = {
  now: () => Date.now(),
  after(ms, action) {
    const timer = setTimeout(action, Math.min(Math.max(ms, 0), longestTimerMs))
    return () => clearTimeout(timer)
  }
}

/** Resolves after `ms`, or at once when `signal` aborts. Never rejects. */
export function pause(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve()
  return new Promise((resolve) => {
    const end = (): void => {
      cancel()
      signal.removeEventListener('abort', end)
      resolve()
    }
    const cancel = clock.after(ms, end)
    signal.addEventListener('abort', end, { once: true })
  })
}
