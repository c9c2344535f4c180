import { subscribe } from 'node:diagnostics_channel'
import type { ObjectKey } from '@knative-ts/api'
import { durationBounds } from '@knative-ts/telemetry/duration-bounds'
import type { Metrics } from '@knative-ts/telemetry/metrics'
import type { Autoscaler } from './autoscaler.ts'
import type { ScrapeReport } from './metrics/scrape-loop.ts'

/** Publishes upstream's metrics of every revision (reference 3.8), gauges read when they are scraped. */
export function exposeDecisions(autoscaler: Autoscaler, { meter }: Metrics): void {
  const gauge = (name: string, description: string, unit: string) =>
    meter.createObservableGauge(`kn.revision.${name}`, { description, unit })
  const pods = {
    desired: gauge('pods.desired', 'Number of pods the autoscaler wants to allocate', '{pod}'),
    requested: gauge('pods.requested', 'Number of pods autoscaler requested from Kubernetes', '{pod}'),
    count: gauge('pods.count', 'Number of pods that are allocated currently', '{pod}'),
    notReady: gauge('pods.not_ready.count', 'Number of pods that are not ready currently', '{pod}'),
    pending: gauge('pods.pending.count', 'Number of pods that are pending currently', '{pod}'),
    terminating: gauge('pods.terminating.count', 'Number of pods that are terminating currently', '{pod}')
  }
  const excess = gauge('capacity.excess', 'Excess burst capacity observed over the stable window', '{concurrency}')
  const panic = gauge('panic.mode', 'If greater than 0 the autoscaler is operating in panic mode', '{panic}')
  const load = (metric: 'concurrency' | 'rps', unit: string) => ({
    stable: gauge(`${metric}.stable`, 'Average per observed pod over the stable window', unit),
    panic: gauge(`${metric}.panic`, 'Average per observed pod over the panic window', unit),
    target: gauge(`${metric}.target`, 'What each pod should have', unit)
  })
  const loads = { concurrency: load('concurrency', '{concurrency}'), rps: load('rps', '{request}/s') }

  meter.addBatchObservableCallback(
    (observe) => {
      for (const { key, decider } of autoscaler.deciders.all()) {
        const facts = autoscaler.describe(key)
        const attributes = attributesOf(key, facts)
        const counts = autoscaler.countPods(key)
        observe.observe(pods.desired, decider.verdict.desired, attributes)
        if (facts.requested !== undefined) observe.observe(pods.requested, facts.requested, attributes)
        observe.observe(pods.count, counts.ready, attributes)
        observe.observe(pods.notReady, counts.notReady, attributes)
        observe.observe(pods.pending, counts.pending, attributes)
        observe.observe(pods.terminating, counts.terminating, attributes)
        observe.observe(excess, decider.verdict.excessBurstCapacity, attributes)
        observe.observe(panic, decider.panicking ? 1 : 0, attributes)
        const { metric, scaling } = decider.spec
        observe.observe(loads[metric].target, scaling.target, attributes)
        if (decider.seen === undefined) continue
        observe.observe(loads[metric].stable, decider.seen.stable, attributes)
        observe.observe(loads[metric].panic, decider.seen.panic, attributes)
      }
    },
    [...Object.values(pods), excess, panic, ...Object.values(loads.concurrency), ...Object.values(loads.rps)]
  )

  const scrapes = meter.createHistogram('kn.autoscaler.scrape.duration', {
    description: 'The duration of scraping the revision',
    unit: 's',
    advice: { explicitBucketBoundaries: durationBounds }
  })
  subscribe('knative.autoscaler.scrape', (message) => {
    const { key, tookMs } = message as ScrapeReport
    scrapes.record(tookMs / 1000, attributesOf(key, autoscaler.describe(key)))
  })
}

function attributesOf({ namespace, name }: ObjectKey, facts: ReturnType<Autoscaler['describe']>): Record<string, string> {
  return {
    'k8s.namespace.name': namespace,
    'kn.revision.name': name,
    ...(facts.service === undefined ? {} : { 'kn.service.name': facts.service }),
    ...(facts.configuration === undefined ? {} : { 'kn.configuration.name': facts.configuration })
  }
}
