import { prometheusName } from '../metrics/prometheus-name.ts'
import type { HistogramPoint, Labels, MeasuredMetric } from './metric.ts'

/** Text exposition format 0.0.4 of what a process measured by hand, under the names that OpenTelemetry's exporter gives. */
export function prometheusText(metrics: Iterable<MeasuredMetric>): string {
  const lines: string[] = []
  for (const metric of metrics) {
    const { shape, kind } = metric
    const plain = prometheusName(shape.name, shape.unit, kind === 'gauge')
    const name = kind === 'counter' ? `${plain}_total` : plain
    lines.push(`# HELP ${name} ${shape.description}`, `# TYPE ${name} ${kind}`)
    if (metric.kind === 'histogram') for (const point of metric.points) lines.push(...histogramLines(name, metric.bounds, point))
    else for (const { labels, value } of metric.points) lines.push(`${name}{${labelsOf(labels)}} ${value}`)
  }
  return `${lines.join('\n')}\n`
}

function histogramLines(name: string, bounds: readonly number[], { labels, counts, sum, count }: HistogramPoint): string[] {
  const text = labelsOf(labels)
  let below = 0
  const buckets = bounds.map((bound, index) => {
    below += counts[index] ?? 0
    return `${name}_bucket{${text},le="${bound}"} ${below}`
  })
  return [...buckets, `${name}_bucket{${text},le="+Inf"} ${count}`, `${name}_sum{${text}} ${sum}`, `${name}_count{${text}} ${count}`]
}

/** `a="1",b="2"`, names with underscores, values escaped. */
export function labelsOf(labels: Labels): string {
  return Object.entries(labels)
    .map(([name, value]) => `${name.replaceAll('.', '_')}="${escaped(String(value))}"`)
    .join(',')
}

const escaped = (value: string): string => value.replace(/[\\"\n]/g, (char) => (char === '\n' ? String.raw`\n` : `\\${char}`))
