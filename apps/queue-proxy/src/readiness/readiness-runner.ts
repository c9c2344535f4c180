import { type ProcessTime, systemTime } from '../process-time.ts'
import type { ReadinessProbe } from './probe-config.ts'
import type { Prober } from './prober.ts'

/** Aggressive probing gives up after this long and says not ready; the caller asks again. */
const aggressiveMs = 10_000
/** Time of one aggressive try. */
const tryMs = 100
/** Upstream tries every 50 ms. Connecting on loopback costs microseconds, so a pod that starts is asked more often at first: half of it is cold start. */
const earlyMs = 250
const earlyPauseMs = 5
const pauseMs = 25
/** What starts in this time has nothing to explain. */
const patienceMs = 1_000

/** Answers whether the user containers are ready (reference 5.3). Callers that ask at the same time share one run. */
export class ReadinessRunner {
  readonly #probes: readonly ReadinessProbe[]
  readonly #probe: Prober
  readonly #onFailure: (failure: string) => void
  readonly #time: ProcessTime
  #running: Promise<boolean> | undefined

  /**
   * @param probes all must pass; none means always ready
   * @param onFailure hears what a probe found instead; of an aggressive one once it has failed for {@link patienceMs}
   */
  constructor(
    probes: readonly ReadinessProbe[],
    probe: Prober,
    onFailure: (failure: string) => void = () => undefined,
    time: ProcessTime = systemTime
  ) {
    this.#probes = probes
    this.#probe = probe
    this.#onFailure = onFailure
    this.#time = time
  }

  isReady(): Promise<boolean> {
    if (this.#probes.length === 0) return Promise.resolve(true)
    this.#running ??= Promise.all(this.#probes.map((probe) => this.#passes(probe))).then((results) => {
      this.#running = undefined
      return results.every(Boolean)
    })
    return this.#running
  }

  async #passes(probe: ReadinessProbe): Promise<boolean> {
    if (probe.periodSeconds > 0) {
      const failure = await this.#probe(probe.action, probe.timeoutSeconds * 1000)
      if (failure !== undefined) this.#onFailure(failure)
      return failure === undefined
    }
    const began = this.#time.now()
    let successes = 0
    let toldAt = 0
    for (let age = 0; age < aggressiveMs; age = this.#time.now() - began) {
      const failure = await this.#probe(probe.action, tryMs)
      successes = failure === undefined ? successes + 1 : 0
      if (failure !== undefined && age - toldAt >= patienceMs) {
        this.#onFailure(failure)
        toldAt = age
      }
      if (successes >= probe.successThreshold) return true
      await this.#time.pause(age < earlyMs ? earlyPauseMs : pauseMs)
    }
    return false
  }
}
