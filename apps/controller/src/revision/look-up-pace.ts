import { type Clock, pause } from '@knative-ts/kube'

/** Upstream's background resolver: a hundred workers, and ten questions a second after the first hundred. */
const upstreamPace = { workers: 100, burst: 100, perSecond: 10 }

/** Keeps registries from being overrun when many revisions come at once: questions wait for their turn. */
export class LookUpPace {
  readonly #clock: Clock
  readonly #pace: typeof upstreamPace
  readonly #waiting: (() => void)[] = []
  #busy = 0
  /** When the next question would be due, had they all come evenly. */
  #due = Number.NEGATIVE_INFINITY

  constructor(clock: Clock, pace: typeof upstreamPace = upstreamPace) {
    this.#clock = clock
    this.#pace = pace
  }

  /** Asks when it is this question's turn. */
  async inTurn<T>(ask: () => Promise<T>): Promise<T> {
    const { workers, burst, perSecond } = this.#pace
    const betweenMs = 1_000 / perSecond
    const now = this.#clock.now()
    this.#due = Math.max(this.#due, now - burst * betweenMs) + betweenMs
    if (this.#due > now) await pause(this.#clock, this.#due - now, neverAborted)
    while (this.#busy >= workers) await new Promise<void>((resolve) => this.#waiting.push(resolve))
    this.#busy++
    try {
      return await ask()
    } finally {
      this.#busy--
      this.#waiting.shift()?.()
    }
  }
}

const neverAborted = new AbortController().signal
