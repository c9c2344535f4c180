import { keyOf, metricConditions, type Metric, type ObjectKey } from '@knative-ts/api'
import { enveloped, Marks, settled, type Kept, type Reconcile, type Surroundings } from '@knative-ts/kube'
import type { MetricCollector } from '../metrics/metric-collector.ts'
import type { ScrapeFailure } from '../metrics/scraper.ts'

export interface MetricWorld {
  readonly metrics: Kept<Metric>
  readonly collector: MetricCollector
  /** Why the last scrape failed. */
  readonly failure: (key: ObjectKey) => ScrapeFailure | undefined
}

/** A Metric is collected while it exists, and is Ready when its pods can be asked. */
export function metricReconciler(world: MetricWorld, surroundings: Surroundings): Reconcile {
  const pass = enveloped<Metric>(
    {
      objects: world.metrics,
      conditions: metricConditions,
      reconcile: async (metric) => {
        const key = keyOf(metric)
        world.collector.update(key, metric)
        const marks = new Marks(metric.status, metricConditions)
        const failure = metric.spec.scrapeTarget === '' ? undefined : world.failure(key)
        if (failure === undefined) marks.true('Ready')
        else marks.false('Ready', failure.reason, failure.message)
        return settled
      }
    },
    surroundings
  )
  return async (key, signal) => {
    if (world.metrics.get(key) === undefined) world.collector.forget(key)
    return pass(key, signal)
  }
}
