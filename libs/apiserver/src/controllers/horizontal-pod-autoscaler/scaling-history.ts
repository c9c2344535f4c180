/** What one autoscaler recommended and did lately: what stabilisation windows and policies look back on. Bounded by reuse of what is too old. */
interface Recommendation {
  replicas: number
  at: number
}

interface Rescale {
  readonly change: number
  readonly at: number
}

export class ScalingHistory {
  readonly #recommendations: Recommendation[] = []
  #ups: Rescale[] = []
  #downs: Rescale[] = []

  /** Starts from what the target had when it was seen first, so that it does not shrink at once. */
  constructor(replicas: number, now: number) {
    this.#recommendations.push({ replicas, at: now })
  }

  /** The highest and the lowest recommendation, `replicas` among them, that are younger than the windows (ms). */
  extremes(replicas: number, upWindowMs: number, downWindowMs: number, now: number): { readonly lowest: number; readonly highest: number } {
    const younger = (windowMs: number) => this.#recommendations.filter(({ at }) => at > now - windowMs).map((one) => one.replicas)
    return { lowest: Math.min(replicas, ...younger(upWindowMs)), highest: Math.max(replicas, ...younger(downWindowMs)) }
  }

  /** Notes a recommendation, in the place of one that is older than `windowMs`. */
  recommended(replicas: number, windowMs: number, now: number): void {
    const old = this.#recommendations.findLast(({ at }) => at < now - windowMs)
    if (old === undefined) this.#recommendations.push({ replicas, at: now })
    else Object.assign(old, { replicas, at: now })
  }

  /** Notes a change that was made; those before `keptMs` are forgotten. */
  rescaled(from: number, to: number, keptMs: number, now: number): void {
    const note = (before: readonly Rescale[], change: number) => [...before.filter(({ at }) => at >= now - keptMs), { change, at: now }]
    if (to > from) this.#ups = note(this.#ups, to - from)
    else this.#downs = note(this.#downs, from - to)
  }

  /** How many replicas there were at the beginning of a period that ends now with `current`. */
  atStartOf(periodMs: number, current: number, now: number): number {
    const sum = (changes: readonly Rescale[]) =>
      changes.filter(({ at }) => at > now - periodMs).reduce((total, { change }) => total + change, 0)
    return current - sum(this.#ups) + sum(this.#downs)
  }
}
