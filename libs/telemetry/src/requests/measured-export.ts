/** To a collector without the SDK's meters: for a process that measures everything by hand. Loaded only where that is configured. */
import { resourceFromAttributes } from '@opentelemetry/resources'
import type { Log } from '../logger.ts'
import { type OtlpPush, startOtlpPush } from '../metrics/otlp-push.ts'
import type { MetricsExport } from '../settings.ts'
import type { Labels, MeasuredMetric } from './metric.ts'
import { metricDataOf } from './metric-data.ts'

/** Sends what `measured` gives at a steady pace. `attributes` say who measures: `service.name` at least. Throws when the endpoint is no address. */
export function startMeasuredExport(
  measured: () => Iterable<MeasuredMetric>,
  attributes: Labels,
  settings: MetricsExport,
  log: Log
): Promise<OtlpPush> {
  const resource = resourceFromAttributes({ ...attributes })
  const scope = { name: `knative-ts/${attributes['service.name']}` }
  const collect = () => Promise.resolve({ resource, scopeMetrics: [{ scope, metrics: metricDataOf(measured()) }] })
  return startOtlpPush({ collect }, settings, log)
}
