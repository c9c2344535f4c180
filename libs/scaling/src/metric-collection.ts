import { LinearWindow } from './linear-window.ts'
import type { Aggregation, MetricWindow } from './metric-window.ts'
import { WeightedWindow } from './weighted-window.ts'

/** What a pod or an activator reports of one period. Concurrency is a time-weighted mean, counts are per second. */
export interface LoadReport {
  readonly averageConcurrentRequests: number
  readonly averageProxiedConcurrentRequests: number
  readonly requestCount: number
  readonly proxiedRequestCount: number
}

/** Both averages of one metric. */
export interface Averages {
  readonly stable: number
  readonly panic: number
}

/** What is known of a load: averages, or that there is none (nothing was written for a whole stable window). */
export type Measurement = ({ readonly kind: 'measured' } & Averages) | { readonly kind: 'no-data' }

/** What is measured: requests at a time, or requests per second. */
export type ScalingMetric = 'concurrency' | 'rps'

/** Window lengths of a collection, in whole seconds. */
export interface WindowLengths {
  readonly stableSeconds: number
  readonly panicSeconds: number
}

/** The recent load of one revision: stable and panic windows of concurrency and of requests per second. Source: reference 3.3. */
export class MetricCollection {
  readonly #windows: Readonly<Record<ScalingMetric, Readonly<Record<'stable' | 'panic', MetricWindow>>>>

  constructor(lengths: WindowLengths, aggregation: Aggregation = 'linear') {
    const make = (seconds: number): MetricWindow => (aggregation === 'linear' ? new LinearWindow(seconds) : new WeightedWindow(seconds))
    const pair = () => ({ stable: make(lengths.stableSeconds), panic: make(lengths.panicSeconds) })
    this.#windows = { concurrency: pair(), rps: pair() }
  }

  /** Takes a report in. What came through an activator is left out: the activator reports that itself. */
  record(nowMs: number, report: LoadReport): void {
    const concurrency = report.averageConcurrentRequests - report.averageProxiedConcurrentRequests
    const rps = report.requestCount - report.proxiedRequestCount
    for (const window of ['stable', 'panic'] as const) {
      this.#windows.concurrency[window].record(nowMs, concurrency)
      this.#windows.rps[window].record(nowMs, rps)
    }
  }

  /** `scraped`: pods are asked for numbers, so silence means that nothing is known; without scraping silence means no load. */
  measure(metric: ScalingMetric, nowMs: number, scraped: boolean): Measurement {
    const { stable, panic } = this.#windows[metric]
    if (scraped && stable.isEmpty(nowMs)) return { kind: 'no-data' }
    return { kind: 'measured', stable: stable.average(nowMs), panic: panic.average(nowMs) }
  }

  resize(lengths: WindowLengths): void {
    for (const pair of Object.values(this.#windows)) {
      pair.stable.resize(lengths.stableSeconds)
      pair.panic.resize(lengths.panicSeconds)
    }
  }
}
