import { Counter } from './counter.ts'
import type { MeasuredMetric } from './metric.ts'

/** How often a role that forwards could not: answers of its own, and attempts at others that failed. */
export class FailureCounts {
  readonly #own: Counter
  readonly #upstream: Counter

  /** @param prefix of the names: `kn.gateway` */
  constructor(prefix: string) {
    this.#own = new Counter({
      name: `${prefix}.request.failures`,
      unit: '{request}',
      description: 'Answers of 500 and above that the role gave itself'
    })
    this.#upstream = new Counter({
      name: `${prefix}.upstream.failures`,
      unit: '{attempt}',
      description: 'Attempts to have a request answered by an upstream that failed'
    })
  }

  /** The role answered that status itself. */
  own(status: number): void {
    this.#own.add(String(status), () => ({ 'http.response.status_code': status }))
  }

  /** An attempt failed: `code` of the proxy core's closed list, `phase` how far it had come. */
  upstream(code: string, phase: string): void {
    this.#upstream.add(`${code} ${phase}`, () => ({ 'error.type': code, 'kn.upstream.phase': phase }))
  }

  /** What has been counted so far. */
  get measured(): readonly MeasuredMetric[] {
    return [this.#own.measured, this.#upstream.measured]
  }
}
