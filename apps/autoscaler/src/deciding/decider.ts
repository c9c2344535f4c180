import { calm, decide, initialMood, MaxWindow, type Averages, type Measurement, type Mood, type ScalingSpec } from '@knative-ts/scaling'

/** Milliseconds between two decisions about a revision (reference 3.1). */
export const tickMs = 2_000

/** What a decider last said. `desired` is -1 until it has seen a load. */
export interface Verdict {
  readonly desired: number
  readonly excessBurstCapacity: number
}

/** The state of one revision's scaling between ticks: mood, delay window and last verdict. Pure but for its memory. */
export class Decider {
  #spec: ScalingSpec
  #mood: Mood
  #verdict: Verdict
  #seen: Averages | undefined
  readonly #delay: MaxWindow | undefined

  constructor(spec: ScalingSpec, ready: number, now: number) {
    this.#spec = spec
    this.#mood = ready > 1 ? initialMood(ready, now) : calm
    const burst = spec.scaling.targetBurstCapacity
    const excess = burst === -1 || burst === 0 ? burst : Math.trunc(spec.initialScale * spec.scaling.total - burst)
    this.#verdict = { desired: -1, excessBurstCapacity: excess }
    this.#delay = spec.scaleDownDelayMs > 0 ? new MaxWindow(spec.scaleDownDelayMs, tickMs) : undefined
  }

  get spec(): ScalingSpec {
    return this.#spec
  }

  set spec(spec: ScalingSpec) {
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
    const delayed =
      scaling.reachable && this.#delay !== undefined ? this.#delay.record(Math.floor(now / tickMs), decision.desired) : decision.desired
    const before = this.#verdict
    this.#verdict = { desired: delayed, excessBurstCapacity: decision.excessBurstCapacity }
    return before.desired !== delayed || before.excessBurstCapacity >= 0 !== decision.excessBurstCapacity >= 0
  }
}
