import { expect, it } from '@jest/globals'
import { parseAutoscalerConfig } from '@knative-ts/api'
import { activatorCount, MetricCollection, sampleSize, scalingSpecOf } from './index.ts'

const config = parseAutoscalerConfig({})
const spec = (annotations: Record<string, string> = {}, containerConcurrency = 0) =>
  scalingSpecOf(
    {
      annotations: Object.fromEntries(Object.entries(annotations).map(([key, value]) => [`autoscaling.knative.dev/${key}`, value])),
      containerConcurrency,
      reachability: ''
    },
    config
  )

it.each([
  [{}, 0, 70, 100],
  [{}, 10, 7, 10],
  [{ target: '5' }, 10, 3.5, 5],
  [{ target: '50' }, 10, 7, 10],
  [{ target: '50' }, 0, 35, 50],
  [{ metric: 'rps' }, 0, 140, 200],
  [{ 'target-utilization-percentage': '100' }, 1, 1, 1],
  [{ target: '0.01' }, 0, 0.01, 0.01]
])('annotations %j with a limit of %d aim at %d of %d', (annotations, limit, target, total) => {
  const { scaling } = spec(annotations as Record<string, string>, limit)
  expect(scaling.target).toBeCloseTo(target, 10)
  expect(scaling.total).toBe(total)
})

it('reads windows, thresholds and delays', () => {
  expect(
    spec({ window: '6s', 'panic-window-percentage': '5', 'panic-threshold-percentage': '150', 'scale-down-delay': '1m' })
  ).toMatchObject({
    windows: { stableSeconds: 6, panicSeconds: 1 },
    scaling: { panicThreshold: 1.5, stableWindowMs: 6_000, reachable: true },
    scaleDownDelayMs: 60_000
  })
  expect(spec().windows).toEqual({ stableSeconds: 60, panicSeconds: 6 })
})

it.each([
  [1, 1],
  [3, 3],
  [4, 4],
  [5, 4],
  [10, 7],
  [16, 9],
  [20, 9],
  [50, 12],
  [100, 14],
  [1000, 16]
])('asks a sample of %d pods: %d', (pods, asked) => {
  expect(sampleSize(pods)).toBe(asked)
})

it.each([
  [0, 211, 3],
  [1, 211, 4],
  [0, 0, 2],
  [5, -1, 5]
])('puts activators in front of %d pods with burst %d: %d', (ready, burst, count) => {
  expect(activatorCount(ready, { total: 100, targetBurstCapacity: burst }, 100)).toBe(count)
})

it('leaves out of the load what came through an activator', () => {
  const collection = new MetricCollection({ stableSeconds: 60, panicSeconds: 6 })
  collection.record(1_000, { averageConcurrentRequests: 5, averageProxiedConcurrentRequests: 3, requestCount: 10, proxiedRequestCount: 4 })
  collection.record(1_500, { averageConcurrentRequests: 3, averageProxiedConcurrentRequests: 0, requestCount: 4, proxiedRequestCount: 0 })
  expect(collection.measure('concurrency', 1_900, true)).toEqual({ kind: 'measured', stable: 5, panic: 5 })
  expect(collection.measure('rps', 1_900, true)).toEqual({ kind: 'measured', stable: 10, panic: 10 })
  expect(collection.measure('rps', 62_100, true)).toEqual({ kind: 'no-data' })
  expect(collection.measure('rps', 62_100, false)).toEqual({ kind: 'measured', stable: 0, panic: 0 })
})
