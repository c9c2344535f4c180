import { setTimeout as wait } from 'node:timers/promises'

/** Waits `ms`, or until `signal` aborts, whichever is first. Never rejects: the caller looks at the signal. */
export async function delay(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted || ms <= 0) return
  // Only an abort can reject here, and an abort is one of the two ways to come back.
  await wait(ms, undefined, { signal }).catch(() => undefined)
}

/** RFC 3339 with second precision: Kubernetes' metav1.Time. */
export function timeText(ms: number = Date.now()): string {
  return new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z')
}

/** RFC 3339 with microseconds: Kubernetes' metav1.MicroTime. */
export function microTimeText(ms: number = Date.now()): string {
  return new Date(ms).toISOString().replace(/Z$/, '000Z')
}
