/** Growing waits between attempts. Milliseconds. */
export interface Backoff {
  readonly firstMs: number
  readonly maxMs: number
}

/** Reconnects of reflectors: 100 ms doubling to 5 s. */
export const reconnectBackoff: Backoff = { firstMs: 100, maxMs: 5_000 }
/** Failed passes, an item: 5 ms doubling to 1000 s, client-go's ItemExponentialFailureRateLimiter. */
export const retryBackoff: Backoff = { firstMs: 5, maxMs: 1_000_000 }

/** The wait before attempt number `failures + 1`, for `failures` >= 1. */
export function delayOf(backoff: Backoff, failures: number): number {
  return Math.min(backoff.firstMs * 2 ** Math.min(failures - 1, 40), backoff.maxMs)
}

/** Between half of `ms` and `ms`: replicas that lost the same server must not come back in step. */
export function jittered(ms: number, random: () => number = Math.random): number {
  return ms / 2 + (ms / 2) * random()
}
