import { setTimeout as delay } from 'node:timers/promises'
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

/** Answers whether the user containers are ready (reference 5.3). Callers that ask at the same time share one run. */
export class ReadinessRunner {
  readonly #probes: readonly ReadinessProbe[]
  readonly #probe: Prober
  #running: Promise<boolean> | undefined

  /** @param probes all must pass; none means always ready */
  constructor(probes: readonly ReadinessProbe[], probe: Prober) {
    this.#probes = probes
    this.#probe = probe
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
    if (probe.periodSeconds > 0) return this.#probe(probe.action, probe.timeoutSeconds * 1000)
    const began = performance.now()
    let successes = 0
    for (let age = 0; age < aggressiveMs; age = performance.now() - began) {
      successes = (await this.#probe(probe.action, tryMs)) ? successes + 1 : 0
      if (successes >= probe.successThreshold) return true
      await delay(age < earlyMs ? earlyPauseMs : pauseMs)
    }
    return false
  }
}
