import { keyText, type Metric, type ObjectKey } from '@knative-ts/api'
import {
  MetricCollection,
  type Aggregation,
  type LoadReport,
  type Measurement,
  type ScalingMetric,
  type WindowLengths
} from '@knative-ts/scaling'

/** A revision whose pods are asked. */
export interface Scraped {
  readonly key: ObjectKey
  readonly scrapeTarget: string
  readonly stableWindowMs: number
}

interface Collected extends Scraped {
  readonly collection: MetricCollection
  /** The private Service; '' means that pods are not asked. */
  scrapeTarget: string
  stableWindowMs: number
}

const seconds = (nanoseconds: number): number => Math.max(1, Math.round(nanoseconds / 1e9))

/** The windows of a Metric object, in whole seconds. */
const windowsOf = (metric: Metric): WindowLengths => ({
  stableSeconds: seconds(metric.spec.stableWindow),
  panicSeconds: seconds(metric.spec.panicWindow)
})

/** The recent load of every revision that has a Metric. */
export class MetricCollector {
  readonly #collected = new Map<string, Collected>()

  /** Begins to collect, or follows a change of windows and scrape target. The algorithm stays what it was at creation. */
  update(key: ObjectKey, metric: Metric): void {
    const found = this.#collected.get(keyText(key))
    if (found !== undefined) {
      found.collection.resize(windowsOf(metric))
      found.scrapeTarget = metric.spec.scrapeTarget
      found.stableWindowMs = windowsOf(metric).stableSeconds * 1000
      return
    }
    const collection = new MetricCollection(windowsOf(metric), aggregationOf(metric))
    const stableWindowMs = windowsOf(metric).stableSeconds * 1000
    this.#collected.set(keyText(key), { key, collection, scrapeTarget: metric.spec.scrapeTarget, stableWindowMs })
  }

  forget(key: ObjectKey): void {
    this.#collected.delete(keyText(key))
  }

  /** Takes a report in; one of a revision without Metric is dropped. */
  record(key: ObjectKey, now: number, report: LoadReport): void {
    this.#collected.get(keyText(key))?.collection.record(now, report)
  }

  /** Undefined when nothing is collected for the key. */
  measure(key: ObjectKey, metric: ScalingMetric, now: number): Measurement | undefined {
    const found = this.#collected.get(keyText(key))
    return found?.collection.measure(metric, now, found.scrapeTarget !== '')
  }

  /** Revisions whose pods are asked each second, through which private Service when not themselves; pods older than the stable window first. */
  scraped(): readonly Scraped[] {
    return [...this.#collected.values()].filter((one) => one.scrapeTarget !== '')
  }
}

function aggregationOf(metric: Metric): Aggregation {
  const annotations = metric.metadata.annotations ?? {}
  const text =
    annotations['autoscaling.knative.dev/metric-aggregation-algorithm'] ?? annotations['autoscaling.knative.dev/metricAggregationAlgorithm']
  return text === 'weighted-exponential' || text === 'weightedExponential' ? 'weighted-exponential' : 'linear'
}
