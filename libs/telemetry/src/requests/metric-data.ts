/** What was measured by hand, as OpenTelemetry's exporters take it. Loaded only where something is exported by them. */
import { type HrTime, ValueType } from '@opentelemetry/api'
import { AggregationTemporality, DataPointType, type MetricData } from '@opentelemetry/sdk-metrics'
import type { MeasuredMetric } from './metric.ts'

const started = hrTime(performance.timeOrigin)

/** The metrics as of now; those without any series are left out. */
export function metricDataOf(metrics: Iterable<MeasuredMetric>): MetricData[] {
  const endTime = hrTime(Date.now())
  return Array.from(metrics, (metric) => dataOf(metric, endTime)).filter(({ dataPoints }) => dataPoints.length > 0)
}

function dataOf(metric: MeasuredMetric, endTime: HrTime): MetricData {
  const { name, unit, description } = metric.shape
  const times = { startTime: started, endTime }
  const common = {
    descriptor: { name, unit, description, valueType: ValueType.DOUBLE, advice: {} },
    aggregationTemporality: AggregationTemporality.CUMULATIVE
  }
  if (metric.kind === 'histogram') {
    const boundaries = [...metric.bounds]
    const dataPoints = Array.from(metric.points, ({ labels, counts, sum, count }) => ({
      ...times,
      attributes: { ...labels },
      value: { buckets: { boundaries, counts: [...counts] }, sum, count }
    }))
    return { ...common, dataPointType: DataPointType.HISTOGRAM, dataPoints }
  }
  const dataPoints = Array.from(metric.points, ({ labels, value }) => ({ ...times, attributes: { ...labels }, value }))
  return metric.kind === 'gauge'
    ? { ...common, dataPointType: DataPointType.GAUGE, dataPoints }
    : { ...common, dataPointType: DataPointType.SUM, isMonotonic: true, dataPoints }
}

function hrTime(ms: number): HrTime {
  const seconds = Math.floor(ms / 1000)
  return [seconds, Math.round((ms - seconds * 1000) * 1e6)]
}
