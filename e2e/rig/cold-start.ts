/** Splits a cold start at what each part of the platform says of it. All times are milliseconds since the epoch, of one machine's one clock. */

/** The phases of a cold start, in their order. */
export const phases = ['hold', 'decide', 'schedule', 'spawn', 'ready', 'forward'] as const
export type Phase = (typeof phases)[number]

/** One cold start as it was seen from all sides. */
export interface ColdStart {
  /** The client sent the request, and had the whole answer. */
  readonly sentMs: number
  readonly answeredMs: number
  /** The activator began to hold it, and had a pod for it. */
  readonly heldFromMs: number
  readonly heldToMs: number
  /** The Deployment was scaled up, as a watch tells. */
  readonly scaledMs: number
  /** The pod was bound to the node and had its sandbox; all its processes ran. */
  readonly scheduledMs: number
  readonly spawnedMs: number
}

/** Duration of each phase. None is negative: where the reports of two processes overtake each other, their sum misses the total. */
export function phasesOf(start: ColdStart): Readonly<Record<Phase, number>> {
  const between = (from: number, to: number): number => Math.max(0, to - from)
  return {
    hold: between(start.sentMs, start.heldFromMs),
    decide: between(start.heldFromMs, start.scaledMs),
    schedule: between(start.scaledMs, start.scheduledMs),
    spawn: between(start.scheduledMs, start.spawnedMs),
    ready: between(start.spawnedMs, start.heldToMs),
    forward: between(start.heldToMs, start.answeredMs)
  }
}
