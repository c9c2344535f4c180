import { subscribe } from 'node:diagnostics_channel'
import { durationBounds } from './duration-bounds.ts'
import type { Metrics } from './metrics.ts'

/** What libs/kube publishes on `knative.kube.workqueue.change`. */
interface QueueChange {
  readonly queue: string
  readonly change: 'added' | 'delayed' | 'taken' | 'cleared'
  readonly name: string
  readonly depth: number
}

/** What libs/kube publishes on `knative.kube.workqueue` after each pass. */
interface Pass {
  readonly loop: string
  readonly key: string
  readonly outcome: string
  readonly waitedMs: number
  readonly tookMs: number
}

/** Upstream's metrics of work queues (client-go's MetricsProvider under `kn.workqueue.*`), and how passes end. Queues are named by their loop. */
export function measureWorkQueues({ meter }: Metrics): void {
  const histogram = (name: string, description: string) =>
    meter.createHistogram(name, { description, unit: 's', advice: { explicitBucketBoundaries: durationBounds } })
  const counter = (name: string, description: string) => meter.createCounter(name, { description, unit: '{item}' })
  const adds = counter('kn.workqueue.adds', 'Number of items added to the queue')
  const retries = counter('kn.workqueue.retries', 'Number of items re-added to the queue')
  const waited = histogram('kn.workqueue.queue.duration', 'How long an item stays in workqueue')
  const took = histogram('kn.workqueue.process.duration', 'How long in seconds processing an item from workqueue takes')
  const ended = counter('kn.reconcile.count', 'Passes by how they ended: settled, again, stuck, conflict, failed')
  const depth = meter.createObservableUpDownCounter('kn.workqueue.depth', {
    description: 'Number of current items in the queue',
    unit: '{item}'
  })
  const unfinished = meter.createObservableGauge('kn.workqueue.unfinished_work', {
    description: 'Seconds of work that are in progress',
    unit: 's'
  })
  const longest = meter.createObservableGauge('kn.workqueue.longest_running_processor', {
    description: 'Seconds that the longest running pass has run',
    unit: 's'
  })

  const depths = new Map<string, number>()
  const running = new Map<string, Map<string, number>>()
  const runningOf = (queue: string): Map<string, number> => {
    const known = running.get(queue) ?? new Map<string, number>()
    running.set(queue, known)
    return known
  }
  subscribe('knative.kube.workqueue.change', (message) => {
    const { queue, change, name, depth: left } = message as QueueChange
    depths.set(queue, left)
    if (change === 'added') adds.add(1, { name: queue })
    else if (change === 'delayed') retries.add(1, { name: queue })
    else if (change === 'taken') runningOf(queue).set(name, performance.now())
  })
  subscribe('knative.kube.workqueue', (message) => {
    const { loop, key, outcome, waitedMs, tookMs } = message as Pass
    runningOf(loop).delete(key)
    waited.record(waitedMs / 1000, { name: loop })
    took.record(tookMs / 1000, { name: loop })
    ended.add(1, { name: loop, outcome })
  })
  meter.addBatchObservableCallback(
    (observe) => {
      const now = performance.now()
      for (const [name, left] of depths) {
        const seconds = [...(running.get(name)?.values() ?? [])].map((since) => (now - since) / 1000)
        observe.observe(depth, left, { name })
        observe.observe(
          unfinished,
          seconds.reduce((sum, each) => sum + each, 0),
          { name }
        )
        observe.observe(longest, Math.max(0, ...seconds), { name })
      }
    },
    [depth, unfinished, longest]
  )
}
