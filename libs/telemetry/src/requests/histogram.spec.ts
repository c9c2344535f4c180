import { expect, it } from '@jest/globals'
import { DataPointType } from '@opentelemetry/sdk-metrics'
import { Counter } from './counter.ts'
import { Histogram } from './histogram.ts'
import { metricDataOf } from './metric-data.ts'
import { labelsOf, prometheusText } from './prometheus-text.ts'

const shape = { name: 'kn.test.duration', unit: 's', description: 'what' }

it('puts each value into all buckets that reach it', () => {
  const histogram = new Histogram(shape, [1, 10], { 'kn.a': 1 })
  for (const value of [0, 1, 2, 11]) histogram.series('x', () => ({ b: 'x' })).record(value)
  expect(prometheusText([histogram.measured]).split('\n')).toEqual([
    '# HELP kn_test_duration_seconds what',
    '# TYPE kn_test_duration_seconds histogram',
    'kn_test_duration_seconds_bucket{kn_a="1",b="x",le="1"} 2',
    'kn_test_duration_seconds_bucket{kn_a="1",b="x",le="10"} 3',
    'kn_test_duration_seconds_bucket{kn_a="1",b="x",le="+Inf"} 4',
    'kn_test_duration_seconds_sum{kn_a="1",b="x"} 14',
    'kn_test_duration_seconds_count{kn_a="1",b="x"} 4',
    ''
  ])
  expect(metricDataOf([histogram.measured])).toMatchObject([
    {
      descriptor: { name: 'kn.test.duration', unit: 's' },
      dataPointType: DataPointType.HISTOGRAM,
      dataPoints: [{ attributes: { 'kn.a': 1, b: 'x' }, value: { sum: 14, count: 4, buckets: { boundaries: [1, 10], counts: [2, 1, 1] } } }]
    }
  ])
})

it('counts what comes after 200 series under one', () => {
  const histogram = new Histogram(shape, [1])
  for (let label = 0; label < 1000; label++) histogram.series(String(label), () => ({ label })).record(1)
  const counts = prometheusText([histogram.measured])
    .split('\n')
    .filter((line) => line.includes('_count{'))
  expect(counts).toHaveLength(201)
  expect(counts.at(-1)).toBe('kn_test_duration_seconds_count{otel_metric_overflow="true"} 800')
})

it('exposes gauges and counters', () => {
  const points = [{ labels: { a: 'b' }, value: 3 }]
  const gauge = { kind: 'gauge', shape: { ...shape, name: 'kn.depth', unit: '{item}' }, points } as const
  const errors = new Counter({ ...shape, name: 'kn.errors', unit: '{error}' })
  for (let count = 0; count < 3; count++) errors.add('b', () => ({ a: 'b' }))
  const counter = errors.measured
  expect(prometheusText([gauge, counter])).toBe(
    '# HELP kn_depth what\n# TYPE kn_depth gauge\nkn_depth{a="b"} 3\n# HELP kn_errors_total what\n# TYPE kn_errors_total counter\nkn_errors_total{a="b"} 3\n'
  )
  expect(metricDataOf([counter])).toMatchObject([{ dataPointType: DataPointType.SUM, isMonotonic: true, dataPoints: [{ value: 3 }] }])
})

it('escapes values', () => {
  expect(labelsOf({ a: 'x"\\\n', b: 2 })).toBe(String.raw`a="x\"\\\n",b="2"`)
})
