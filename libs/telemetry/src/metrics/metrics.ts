import type { Attributes, Meter } from '@opentelemetry/api'
import { PrometheusSerializer } from '@opentelemetry/exporter-prometheus'
import { resourceFromAttributes } from '@opentelemetry/resources'
import {
  AggregationTemporality,
  DataPointType,
  MeterProvider,
  type MetricProducer,
  MetricReader,
  type ResourceMetrics
} from '@opentelemetry/sdk-metrics'
import type { MeasuredMetric } from '../requests/metric.ts'
import { metricDataOf } from '../requests/metric-data.ts'
import { prometheusName } from './prometheus-name.ts'

/** Collects only when asked: exposition is pulled, and who pushes has a timer of his own. */
class PullReader extends MetricReader {
  constructor(producer: MetricProducer) {
    super({ aggregationTemporalitySelector: () => AggregationTemporality.CUMULATIVE, metricProducers: [producer] })
  }
  protected override async onShutdown(): Promise<void> {}
  protected override async onForceFlush(): Promise<void> {}
}

/** A role's metrics: instruments are made on `meter` with upstream's `kn.*` names; `expose` renders Prometheus text. */
export interface Metrics {
  readonly meter: Meter
  /** Prometheus text exposition (0.0.4) of everything recorded so far. */
  expose(): Promise<string>
  /** Everything recorded so far, cumulative, for an exporter. */
  collect(): Promise<ResourceMetrics>
  /** Adds what a data path measures by hand, asked at each collection. */
  include(measured: () => Iterable<MeasuredMetric>): void
}

/** Makes the metrics of one role; `role` becomes the service's name and the instrumentation scope, `resource` says more about the process. */
export function createMetrics(role: string, resource: Attributes = {}): Metrics {
  const of = resourceFromAttributes({ 'service.name': role, ...resource })
  const scope = { name: `knative-ts/${role}` }
  const included: (() => Iterable<MeasuredMetric>)[] = []
  const reader = new PullReader({
    collect: async () => {
      const metrics = metricDataOf(included.flatMap((measured) => [...measured()]))
      return { resourceMetrics: { resource: of, scopeMetrics: metrics.length === 0 ? [] : [{ scope, metrics }] }, errors: [] }
    }
  })
  const provider = new MeterProvider({ readers: [reader], resource: of })
  const serializer = new PrometheusSerializer()
  const collect = async (): Promise<ResourceMetrics> => {
    const { resourceMetrics, errors } = await reader.collect()
    if (errors.length > 0) throw new AggregateError(errors, `metrics cannot be read: ${errors.map(String).join('; ')}`)
    return resourceMetrics
  }
  return {
    meter: provider.getMeter(scope.name),
    collect,
    include: (measured) => void included.push(measured),
    expose: async () => serializer.serialize(renamed(await collect()))
  }
}

/** The serializer knows no units. */
function renamed(all: ResourceMetrics): ResourceMetrics {
  const scopeMetrics = all.scopeMetrics.map(({ scope, metrics }) => ({
    scope,
    metrics: metrics.map((metric) => {
      const { name, unit } = metric.descriptor
      return {
        ...metric,
        descriptor: { ...metric.descriptor, name: prometheusName(name, unit, metric.dataPointType === DataPointType.GAUGE) }
      }
    })
  }))
  return { ...all, scopeMetrics }
}
