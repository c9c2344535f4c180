import { calm, decide, initialMood, MaxWindow, type Averages, type Measurement, type Mood, type ScalingSpec } from '@knative-ts/scaling'

/** Milliseconds between two decisions about a revision (reference 3.1). */
export const tickMs = 2_000

/** What a decider last said. `desired` is -1 until it has seen a load. */
export interface Verdict {
  readonly desired: number
  readonly excessBurstCapacity: number
}

/** How a revision stands when somebody begins to decide about it. */
export interface Beginning {
  /** Pods that are ready. */
  readonly ready: number
  /** Pods that somebody has decided on before, whose reasons are not known here: an autoscaler that has ended. 0 when nobody has. */
  readonly present: number
}

/**
 * The state of one revision's scaling between ticks: mood, delay window and last verdict. Pure but for its memory.
 *
 * A decider whose revision has pods already knows less than its predecessor did. So until it has seen a whole stable window it asks for no fewer pods than it
 * found, and what it found counts in the window of scale-down-delay.
 */
export class Decider {
  #spec: ScalingSpec
  #mood: Mood
  #verdict: Verdict
  #seen: Averages | undefined
  #delay: MaxWindow | undefined
  readonly #present: number
  readonly #since: number

  constructor(spec: ScalingSpec, { ready, present }: Beginning, now: number) {
    this.#spec = spec
    this.#mood = ready > 1 ? initialMood(ready, now) : calm
    this.#present = present
    this.#since = now
    const burst = spec.scaling.targetBurstCapacity
    const excess = burst === -1 || burst === 0 ? burst : Math.trunc(spec.initialScale * spec.scaling.total - burst)
    this.#verdict = { desired: -1, excessBurstCapacity: excess }
    this.#delay = delayOf(spec)
    if (present > 0) this.#delay?.record(tickOf(now), present)
  }

  get spec(): ScalingSpec {
    return this.#spec
  }

  /** Takes effect with the next tick. */
  set spec(spec: ScalingSpec) {
    if (spec.scaleDownDelayMs !== this.#spec.scaleDownDelayMs) {
      if (this.#delay === undefined || spec.scaleDownDelayMs === 0) this.#delay = delayOf(spec)
      else this.#delay.resize(spec.scaleDownDelayMs)
    }
    this.#spec = spec
  }

  get verdict(): Verdict {
    return this.#verdict
  }

  /** The load of the last decision; undefined before there was one. */
  get seen(): Averages | undefined {
    return this.#seen
  }

  get panicking(): boolean {
    return this.#mood.kind === 'panic'
  }

  /**
   * Decides anew. Returns true when the reconciler must look: the count changed, or spare capacity changed sign. Without data the last
   * verdict stands.
   */
  tick(seen: Measurement, ready: number, now: number): boolean {
    if (seen.kind === 'no-data') return false
    this.#seen = seen
    const { scaling } = this.#spec
    const decision = decide(seen, ready, scaling, this.#mood, now)
    this.#mood = decision.mood
    const delayed = scaling.reachable && this.#delay !== undefined ? this.#delay.record(tickOf(now), decision.desired) : decision.desired
    const desired = now - this.#since < scaling.stableWindowMs ? Math.max(delayed, this.#present) : delayed
    const before = this.#verdict
    this.#verdict = { desired, excessBurstCapacity: decision.excessBurstCapacity }
    return before.desired !== desired || before.excessBurstCapacity >= 0 !== decision.excessBurstCapacity >= 0
  }
}

const tickOf = (now: number): number => Math.floor(now / tickMs)

const delayOf = ({ scaleDownDelayMs }: ScalingSpec): MaxWindow | undefined =>
  scaleDownDelayMs > 0 ? new MaxWindow(scaleDownDelayMs, tickMs) : undefined
