/** Time as the log needs it; tests drive their own. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number
  /** Runs `action` once, `ms` from now; resolves nothing when the returned function is called before. */
  after(ms: number, action: () => void): () => void
}

/** Node's clock. Its timers do not keep a process alive. */
export const systemClock: Clock = {
  now: () => Date.now(),
  after(ms, action) {
    const timer = setTimeout(action, ms).unref()
    return () => clearTimeout(timer)
  }
}
