import type { Observability, Part } from '@knative-ts/host'
import { failureFields, type FailureListener } from '@knative-ts/proxy'
import type { Log } from '@knative-ts/telemetry/logger'
import { FailureLog } from '@knative-ts/telemetry/requests/failure-log'
import { FailureCounts } from '@knative-ts/telemetry/requests/failure-counts'
import type { MeasuredMetric } from '@knative-ts/telemetry/requests/metric'
import { LiveTracing, roleResource } from '@knative-ts/telemetry/tracing'
import type { BrokerEnvironment } from '../broker.config.ts'
import type { DataPlane } from '../data-plane.ts'
import type { EventTypes } from '../event-types/event-types.ts'
import { EventMetrics } from './event-metrics.ts'
import { measuredState } from './measured-state.ts'
import type { Observer } from './observer.ts'

/** What the data plane tells of its events. */
export interface BrokerTelemetry {
  readonly observer: Observer
  readonly tracing: LiveTracing
  readonly failed: FailureListener
  /** What has been counted so far, and how things are now. */
  measured(dataPlane: DataPlane): readonly MeasuredMetric[]
  /** Started first and stopped last: the last events are told of, too. */
  readonly part: Part
}

/** Follows `observability` from the start of its part on. */
export function brokerTelemetry(
  environment: BrokerEnvironment,
  log: Log,
  observability: Observability,
  eventTypes: EventTypes
): BrokerTelemetry {
  const metrics = new EventMetrics()
  const counts = new FailureCounts('kn.broker')
  const failures = new FailureLog(log)
  // The same measure for another matter: nothing was requested, and nothing refused.
  const said = (message: string): string => message.replace(/^request \w+: /, '')
  const drops = new FailureLog({
    warn: (fields, message) => log.warn(fields, said(message)),
    error: (fields, message) => log.error(fields, said(message))
  })
  const tracing = tracingOf(environment, log)
  let leave = (): void => undefined
  const observer: Observer = {
    get wantsEvents() {
      return eventTypes.isOn
    },
    ingress: (exchange, broker, type, event, { status }) => {
      metrics.ingress(broker, type, status, secondsSince(exchange.startedAt))
      if (status === 202 && event !== undefined) eventTypes.ofBroker(broker, event)
    },
    channel: (exchange, channel, event, { status }) => {
      metrics.channel(channel, event.attributes.get('type') ?? '', status, secondsSince(exchange.startedAt))
      if (status === 202) eventTypes.ofChannel(channel, event)
    },
    attempted: (subscription, { event }, kind, url, { status }, startedAt) =>
      metrics.attempted(subscription, kind, url, event.attributes.get('type') ?? '', status ?? 0, secondsSince(startedAt)),
    ended: (subscription, parcel, end, reason) => {
      metrics.ended(subscription, end, parcel.event.attributes.get('type') ?? '', secondsSince(parcel.takenAt))
      if (end !== 'dropped') return
      const name = subscription.trigger === undefined ? `subscription ${subscription.key}` : `trigger ${subscription.trigger.key}`
      const source = parcel.event.attributes.get('source')
      drops.tell(`dropped ${subscription.uid}`, `event ${parcel.id} of ${source} is dropped by ${name}: ${reason}`, {
        subscription: subscription.key,
        event: parcel.id,
        source
      })
    },
    replied: (subscription, event) => eventTypes.ofReply(subscription, event)
  }
  return {
    observer,
    tracing,
    failed: (exchange, status, reason) => {
      counts.own(status)
      failures.tell(`${status} ${exchange.request.target}`, reason, failureFields(exchange, status))
    },
    measured: (dataPlane) => [...metrics.measured, ...counts.measured, ...measuredState(dataPlane)],
    part: {
      name: 'telemetry',
      start: async () => {
        leave = observability.onChange((settings) => tracing.turn(settings.tracing))
      },
      stop: async () => {
        leave()
        await tracing.close()
      }
    }
  }
}

/** Spans under upstream's names (reference 3.11): whoever begins one names it. */
function tracingOf(environment: BrokerEnvironment, log: Log): LiveTracing {
  return new LiveTracing({
    resource: roleResource('broker', environment),
    requestName: (name) => name,
    attemptName: (_method, url) => `send ${url}`,
    log: Promise.resolve(log)
  })
}

const secondsSince = (startedAt: number): number => (performance.now() - startedAt) / 1000
