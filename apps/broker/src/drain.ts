import { setTimeout as pause } from 'node:timers/promises'

const tickMs = 20
/** Resolves when no attempt is under way, or after `mostMs`. */
export async function untilLanded(active: () => number, mostMs: number): Promise<void> {
  const begun = performance.now()
  while (active() > 0 && performance.now() - begun < mostMs) await pause(tickMs)
}
