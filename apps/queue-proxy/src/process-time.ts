import { setTimeout as delay } from 'node:timers/promises'

/** Milliseconds since the start of the process, and the pause between two looks; the system's unless a test says otherwise. */
export interface ProcessTime {
  now(): number
  pause(ms: number): Promise<unknown>
}

export const systemTime: ProcessTime = { now: () => performance.now(), pause: (ms) => delay(ms) }
