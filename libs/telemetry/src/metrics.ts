import type { Meter } from '@opentelemetry/api'
import { PrometheusSerializer } from '@opentelemetry/exporter-prometheus'
import { AggregationTemporality, MeterProvider, MetricReader } from '@opentelemetry/sdk-metrics'

/** Collects only when asked: exposition is pulled, there is no timer. */
class PullReader extends MetricReader {
  constructor() {
    super({ aggregationTemporalitySelector: () => AggregationTemporality.CUMULATIVE })
  }
  protected override async onShutdown(): Promise<void> {}
  protected override async onForceFlush(): Promise<void> {}
}

/** A role's metrics: instruments are made on `meter` with upstream's `kn.*` names; `expose` renders Prometheus text. */
export interface Metrics {
  readonly meter: Meter
  /** Prometheus text exposition (0.0.4) of everything recorded so far. */
  expose(): Promise<string>
}

/** Makes the metrics of one role; `role` becomes the instrumentation scope. */
export function createMetrics(role: string): Metrics {
  const reader = new PullReader()
  const provider = new MeterProvider({ readers: [reader] })
  const serializer = new PrometheusSerializer()
  return {
    meter: provider.getMeter(`knative-ts/${role}`),
    expose: async () => serializer.serialize((await reader.collect()).resourceMetrics)
  }
}
