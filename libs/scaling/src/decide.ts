/** The decision of one tick: how many pods a revision wants, and how much burst its pods can still take. Source: reference 3.5. */
import type { Averages } from './metric-collection.ts'

/** How one revision wants to be scaled. Values are in units of its metric, rates are factors per tick, windows milliseconds. */
export interface ScaleTarget {
  /** Load per pod to aim at: total times utilisation, at least 0.01. */
  readonly target: number
  /** Load that one pod takes at most. */
  readonly total: number
  readonly maxUpRate: number
  readonly maxDownRate: number
  /** Panic begins when the wanted pods are this many times the ready ones. */
  readonly panicThreshold: number
  readonly stableWindowMs: number
  /** -1: the activator always stays in the path; 0: never; else the burst to keep room for. */
  readonly targetBurstCapacity: number
  /** Fewest pods while there is any load at all. */
  readonly activationScale: number
  /** False: no Route leads here; the revision may shrink at once. */
  readonly reachable: boolean
}

/** Calm, or panicking since `at` (ms) with a floor of `pods`. */
export type Mood = { readonly kind: 'calm' } | { readonly kind: 'panic'; readonly at: number; readonly pods: number }

/** Where every revision begins. */
export const calm: Mood = { kind: 'calm' }

/** How many pods are wanted, and the mood that the next decision starts from. */
export interface Decision {
  readonly desired: number
  /** Spare capacity; negative: the activator must stay in the path. */
  readonly excessBurstCapacity: number
  readonly mood: Mood
}

/**
 * Decides the pod count of one revision. `ready` is the number of ready pods, 0 when it sleeps. The caller keeps the mood, owns the
 * clock, and applies scale-down-delay and bounds to the result.
 */
export function decide(seen: Averages, ready: number, want: ScaleTarget, mood: Mood, now: number): Decision {
  const readyOrOne = Math.max(1, ready)
  const most = Math.ceil(want.maxUpRate * readyOrOne)
  const least = want.reachable ? Math.floor(readyOrOne / want.maxDownRate) : 0
  const wantedStable = Math.ceil(seen.stable / want.target)
  const wantedPanic = Math.ceil(seen.panic / want.target)
  const stable = activated(clamp(wantedStable, least, most), wantedStable, want.activationScale)
  const panic = activated(clamp(wantedPanic, least, most), wantedPanic, want.activationScale)
  const next = moodAfter(mood, wantedPanic / readyOrOne >= want.panicThreshold, now, want.stableWindowMs)
  // In panic the count never falls: the highest wish of the whole panic stays the floor.
  const pods = next.kind === 'panic' ? Math.max(next.pods, stable, panic) : stable
  return {
    desired: pods,
    excessBurstCapacity: excessBurst(ready, seen.panic, want),
    mood: next.kind === 'panic' ? { ...next, pods } : next
  }
}

/** The mood that a decider starts in: panic with what is there, so that a restarted autoscaler does not shrink what it has not seen. */
export function initialMood(ready: number, now: number): Mood {
  return ready > 1 ? { kind: 'panic', at: now, pods: ready } : calm
}

const clamp = (value: number, least: number, most: number): number => Math.min(Math.max(value, least), most)

const activated = (pods: number, wanted: number, activationScale: number): number =>
  activationScale > 1 && wanted > 0 ? Math.max(pods, activationScale) : pods

function moodAfter(mood: Mood, over: boolean, now: number, stableWindowMs: number): Mood {
  if (over) return { kind: 'panic', at: now, pods: mood.kind === 'panic' ? mood.pods : 0 }
  if (mood.kind === 'panic' && mood.at + stableWindowMs < now) return calm
  return mood
}

function excessBurst(ready: number, panicLoad: number, want: ScaleTarget): number {
  if (want.targetBurstCapacity === 0) return 0
  if (want.targetBurstCapacity < 0) return -1
  return Math.floor(ready * want.total - want.targetBurstCapacity - panicLoad)
}
