import type { Metrics } from '@knative-ts/telemetry/metrics'
import type { Controller } from './controller.ts'

/** Publishes who leads, and who follows this replica's routing; read when they are scraped. Ours: upstream has neither. */
export function exposeRouting(controller: Controller, { meter }: Metrics): void {
  const leading = meter.createObservableGauge('kn.leader', { description: 'Buckets that this replica leads', unit: '{bucket}' })
  const gateways = meter.createObservableGauge('kn.routing.gateways', {
    description: 'Gateways that follow the routing table of this replica',
    unit: '{gateway}'
  })
  const ready = meter.createObservableGauge('kn.routing.ready', { description: '1 once this replica serves its routing table' })
  meter.addBatchObservableCallback(
    (observe) => {
      observe.observe(leading, controller.bucketsLed)
      observe.observe(gateways, controller.gateways)
      observe.observe(ready, controller.unready() === undefined ? 1 : 0)
    },
    [leading, gateways, ready]
  )
}
