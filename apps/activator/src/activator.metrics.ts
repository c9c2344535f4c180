import type { OpenRequests } from '@knative-ts/proxy'
import type { Metrics } from '@knative-ts/telemetry/metrics'
import type { Activator } from './activator.ts'

/** Publishes upstream's gauges (reference 4.4), read when they are scraped. */
export function exposeLoad({ revisions, reporter, link, room, upstreams }: Activator, requests: OpenRequests, { meter }: Metrics): void {
  const gauges = {
    concurrency: meter.createObservableGauge('kn.revision.request.concurrency', { description: 'Requests that are open' }),
    queued: meter.createObservableGauge('kn.revision.request.queued', { description: 'Requests that wait for a pod' }),
    active: meter.createObservableGauge('kn.revision.request.active', { description: 'Requests that a pod has' }),
    open: meter.createObservableGauge('http.server.active_requests', { description: 'Requests that are under way', unit: '{request}' }),
    heldBytes: meter.createObservableGauge('kn.activator.held.size', { description: 'What held requests cost', unit: 'By' }),
    reachable: meter.createObservableGauge('kn.activator.stats.conn.reachable', { description: '1 while an autoscaler takes statistics' })
  }
  const errors = meter.createObservableCounter('kn.activator.stats.conn.errors', { description: 'Streams to autoscalers that failed' })
  errors.addCallback((observe) => observe.observe(link.errors))
  const secured = meter.createObservableCounter('kn.activator.upstream.secured', {
    description: 'Connections to pods that were opened over TLS'
  })
  secured.addCallback((observe) => observe.observe(upstreams.counts.secured))
  meter.addBatchObservableCallback((observe) => {
    observe.observe(gauges.open, requests.open)
    observe.observe(gauges.heldBytes, room.held.used)
    observe.observe(gauges.reachable, link.connected > 0 ? 1 : 0)
    for (const { key, throttler } of revisions.all()) {
      const attributes = { 'kn.revision.name': key.name, 'k8s.namespace.name': key.namespace }
      observe.observe(gauges.concurrency, reporter.openOf(key), attributes)
      observe.observe(gauges.queued, throttler.waiting, attributes)
      observe.observe(gauges.active, throttler.running, attributes)
    }
  }, Object.values(gauges))
}
