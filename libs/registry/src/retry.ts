import { setTimeout as sleep } from 'node:timers/promises'

/** How often something is tried again, and how long is waited before. Milliseconds. */
export interface Patience {
  readonly waitsMs: readonly number[]
  wait(ms: number, signal: AbortSignal): Promise<void>
}

/** Three more attempts within two seconds: whoever waits for an image is to hear soon that there is none. What calls asks again later. */
export const usualPatience: Patience = {
  waitsMs: [200, 500, 1_200],
  wait: (ms, signal) => sleep(ms * (0.8 + 0.4 * Math.random()), undefined, { signal })
}

const later = new Set([408, 429, 499, 500, 502, 503, 504, 522])
const mostWaitMs = 10_000

/** The answer says that another attempt may get another one (go-containerregistry's list, and 429). */
export const isWorthRetrying = (status: number): boolean => later.has(status)

/** What `Retry-After` asks for, in milliseconds, at most ten seconds; 0 when it says nothing. */
export function retryAfterMs(header: string | undefined, now: number = Date.now()): number {
  if (header === undefined) return 0
  const ms = /^\d+$/.test(header.trim()) ? Number(header) * 1_000 : Date.parse(header) - now
  return Number.isFinite(ms) ? Math.min(Math.max(ms, 0), mostWaitMs) : 0
}
