import type { Upstream } from '../routing/backend.ts'

/** Up to so many addresses all are looked at; of more, two by chance: nearly as even, at a cost that does not grow. */
const fewest = 8

/** Chooses among a backend's addresses. */
export class UpstreamPicker {
  readonly #random: () => number
  #turn = 0

  /** `random` gives [0, 1). */
  constructor(random: () => number) {
    this.#random = random
  }

  /** The one with the fewest requests under way from here, taking turns among equals; undefined when there is none that was not tried. */
  pick(upstreams: readonly Upstream[], tried?: ReadonlySet<Upstream>): Upstream | undefined {
    const { length } = upstreams
    if (length === 1 && tried === undefined) return upstreams[0]
    if (length > fewest && tried === undefined) return this.#ofTwo(upstreams)
    let chosen: Upstream | undefined
    for (let index = this.#turn++ % (length || 1), left = length; left > 0; left--) {
      const upstream = upstreams[index] as Upstream
      if (++index === length) index = 0
      if (tried?.has(upstream) === true) continue
      if (chosen === undefined || upstream.inFlight < chosen.inFlight) chosen = upstream
    }
    return chosen
  }

  #ofTwo(upstreams: readonly Upstream[]): Upstream {
    const { length } = upstreams
    const first = Math.floor(this.#random() * length)
    const second = (first + 1 + Math.floor(this.#random() * (length - 1))) % length
    const [one, other] = [upstreams[first] as Upstream, upstreams[second] as Upstream]
    return other.inFlight < one.inFlight ? other : one
  }
}
