import { setTimeout as wait } from 'node:timers/promises'

/** Waits `ms`, or until `signal` aborts, whichever is first. Never rejects: the caller looks at the signal. */
export async function delay(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted || ms <= 0) return
  // Only an abort can reject here, and an abort is one of the two ways to come back.
  await wait(ms, undefined, { signal }).catch(() => undefined)
}
