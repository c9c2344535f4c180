import { constants, monitorEventLoopDelay, performance, PerformanceObserver } from 'node:perf_hooks'
import { getHeapSpaceStatistics, getHeapStatistics } from 'node:v8'
import type { Metrics } from './metrics.ts'

/** Milliseconds between two looks at the event loop's delay: at the SDK's usual 10 an idle process would wake up a hundred times a second. */
const resolutionMs = 50
const collections: Readonly<Record<number, string>> = {
  [constants.NODE_PERFORMANCE_GC_MAJOR]: 'major',
  [constants.NODE_PERFORMANCE_GC_MINOR]: 'minor',
  [constants.NODE_PERFORMANCE_GC_INCREMENTAL]: 'incremental',
  [constants.NODE_PERFORMANCE_GC_WEAKCB]: 'weakcb'
}

/** Metrics of Node and V8 under OpenTelemetry's names (semantic conventions, "nodejs" and "v8js"). Delays are those since the last measurement. */
export function measureRuntime(metrics: Metrics): void {
  measureEventLoop(metrics)
  measureHeap(metrics)
  measureCollections(metrics)
}

function measureEventLoop({ meter }: Metrics): void {
  const delay = monitorEventLoopDelay({ resolution: resolutionMs })
  delay.enable()
  const gauge = (name: string, description: string) =>
    meter.createObservableGauge(`nodejs.eventloop.delay.${name}`, { description: `Event loop ${description} delay`, unit: 's' })
  const gauges = {
    min: gauge('min', 'minimum'),
    max: gauge('max', 'maximum'),
    mean: gauge('mean', 'mean'),
    stddev: gauge('stddev', 'standard deviation of the'),
    p50: gauge('p50', '50 percentile'),
    p90: gauge('p90', '90 percentile'),
    p99: gauge('p99', '99 percentile')
  }
  const utilization = meter.createObservableGauge('nodejs.eventloop.utilization', { description: 'Event loop utilization', unit: '1' })
  const time = meter.createObservableCounter('nodejs.eventloop.time', {
    description: 'Cumulative duration of time the event loop has been in each state',
    unit: 's'
  })
  let last = performance.eventLoopUtilization()
  meter.addBatchObservableCallback(
    (observe) => {
      // The timer's own interval is in every sample.
      const seconds = (nanoseconds: number): number => Math.max(0, nanoseconds / 1e9 - resolutionMs / 1000)
      if (delay.count > 0) {
        observe.observe(gauges.min, seconds(delay.min))
        observe.observe(gauges.max, seconds(delay.max))
        observe.observe(gauges.mean, seconds(delay.mean))
        observe.observe(gauges.stddev, delay.stddev / 1e9)
        observe.observe(gauges.p50, seconds(delay.percentile(50)))
        observe.observe(gauges.p90, seconds(delay.percentile(90)))
        observe.observe(gauges.p99, seconds(delay.percentile(99)))
        delay.reset()
      }
      const now = performance.eventLoopUtilization()
      observe.observe(utilization, performance.eventLoopUtilization(now, last).utilization)
      observe.observe(time, now.active / 1000, { 'nodejs.eventloop.state': 'active' })
      observe.observe(time, now.idle / 1000, { 'nodejs.eventloop.state': 'idle' })
      last = now
    },
    [...Object.values(gauges), utilization, time]
  )
}

function measureHeap({ meter }: Metrics): void {
  const space = (name: string, description: string) =>
    meter.createObservableUpDownCounter(`v8js.memory.heap.${name}`, { description, unit: 'By' })
  const limit = space('limit', 'Total heap memory size pre-allocated')
  const used = space('used', 'Heap memory size allocated')
  const available = space('space.available_size', 'Heap space available size')
  const physical = space('space.physical_size', 'Committed size of a heap space')
  const most = meter.createObservableGauge('v8js.memory.heap.max', { description: 'The size at which the process ends', unit: 'By' })
  meter.addBatchObservableCallback(
    (observe) => {
      for (const each of getHeapSpaceStatistics()) {
        const attributes = { 'v8js.heap.space.name': each.space_name }
        observe.observe(limit, each.space_size, attributes)
        observe.observe(used, each.space_used_size, attributes)
        observe.observe(available, each.space_available_size, attributes)
        observe.observe(physical, each.physical_space_size, attributes)
      }
      observe.observe(most, getHeapStatistics().heap_size_limit)
    },
    [limit, used, available, physical, most]
  )
}

function measureCollections({ meter }: Metrics): void {
  const duration = meter.createHistogram('v8js.gc.duration', {
    description: 'Garbage collection duration',
    unit: 's',
    advice: { explicitBucketBoundaries: [0.01, 0.1, 1, 10] }
  })
  const observer = new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      const { kind = -1 } = (entry as unknown as { detail?: { kind?: number } }).detail ?? {}
      duration.record(entry.duration / 1000, { 'v8js.gc.type': collections[kind] ?? 'unknown' })
    }
  })
  observer.observe({ entryTypes: ['gc'] })
}
