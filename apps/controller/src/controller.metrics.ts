import type { Metrics } from '@knative-ts/telemetry/metrics'
import type { Controller } from './controller.ts'

/** Publishes who leads, and who follows this replica; read when they are scraped. Ours: upstream has none of it. */
export function exposeRouting(controller: Controller, { meter }: Metrics): void {
  const leading = meter.createObservableGauge('kn.leader', { description: 'Buckets that this replica leads', unit: '{bucket}' })
  const ready = meter.createObservableGauge('kn.routing.ready', { description: '1 once this replica serves its routing table' })
  const own = controller.gauges.map(({ name, description, unit, value }) => ({
    gauge: meter.createObservableGauge(name, { description, unit }),
    value
  }))
  meter.addBatchObservableCallback(
    (observe) => {
      observe.observe(leading, controller.bucketsLed)
      observe.observe(ready, controller.unready() === undefined ? 1 : 0)
      for (const { gauge, value } of own) observe.observe(gauge, value())
    },
    [leading, ready, ...own.map(({ gauge }) => gauge)]
  )
}
