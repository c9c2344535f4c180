import { keyText } from '@knative-ts/api'
import type { Metrics } from '@knative-ts/telemetry/metrics'
import type { Autoscaler } from './autoscaler.ts'

/** Publishes upstream's gauges of every revision (reference 3.8), read when they are scraped. */
export function exposeDecisions(autoscaler: Autoscaler, { meter }: Metrics): void {
  const gauges = {
    desired: meter.createObservableGauge('kn.revision.pods.desired', { description: 'Pods that the autoscaler wants' }),
    excess: meter.createObservableGauge('kn.revision.capacity.excess', { description: 'Spare burst capacity' }),
    panic: meter.createObservableGauge('kn.revision.panic.mode', { description: '1 while panicking' }),
    count: meter.createObservableGauge('kn.revision.pods.count', { description: 'Pods that are ready' }),
    notReady: meter.createObservableGauge('kn.revision.pods.not_ready.count'),
    pending: meter.createObservableGauge('kn.revision.pods.pending.count'),
    terminating: meter.createObservableGauge('kn.revision.pods.terminating.count')
  }
  meter.addBatchObservableCallback((observe) => {
    for (const { key, decider } of autoscaler.deciders.all()) {
      const attributes = { 'kn.revision.name': key.name, 'k8s.namespace.name': key.namespace, 'kn.revision.key': keyText(key) }
      const pods = autoscaler.countPods(key)
      observe.observe(gauges.desired, decider.verdict.desired, attributes)
      observe.observe(gauges.excess, decider.verdict.excessBurstCapacity, attributes)
      observe.observe(gauges.panic, decider.panicking ? 1 : 0, attributes)
      observe.observe(gauges.count, pods.ready, attributes)
      observe.observe(gauges.notReady, pods.notReady, attributes)
      observe.observe(gauges.pending, pods.pending, attributes)
      observe.observe(gauges.terminating, pods.terminating, attributes)
    }
  }, Object.values(gauges))
}
