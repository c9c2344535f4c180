import type { Observability, Part } from '@knative-ts/host'
import { channels, type FailureListener, type UpstreamErrorCode } from '@knative-ts/proxy'
import type { Log } from '@knative-ts/telemetry/logger'
import { FailureCounts } from '@knative-ts/telemetry/requests/failure-counts'
import type { MeasuredMetric } from '@knative-ts/telemetry/requests/metric'
import { LiveTracing, roleResource } from '@knative-ts/telemetry/tracing'
import type { ActivatorEnvironment } from '../activator.config.ts'
import { failuresOf } from './failures.ts'
import type { Observers } from './observers.ts'
import { RequestMetrics } from './request-metrics.ts'
import { RequestLines } from './request-lines.ts'

/** What libs/proxy publishes when an upstream has failed. */
interface UpstreamFailed {
  readonly phase: string
  readonly error: { readonly code: UpstreamErrorCode }
}

/** What the activator tells of its requests. */
export interface ActivatorTelemetry {
  readonly observers: Observers
  readonly failed: FailureListener
  /** What has been counted so far. */
  measured(): readonly MeasuredMetric[]
  /** Started first and stopped last: the last requests are told of, too. */
  readonly part: Part
}

/** Follows `observability` from the start of its part on. */
export function activatorTelemetry(environment: ActivatorEnvironment, log: Log, observability: Observability): ActivatorTelemetry {
  const metrics = new RequestMetrics()
  const failures = new FailureCounts('kn.activator')
  const tracing = tracingOf(environment, log)
  const lines = new RequestLines((line) => process.stdout.write(line), log)
  const upstreamFailed = (message: unknown): void => {
    const { error, phase } = message as UpstreamFailed
    failures.upstream(error.code, phase)
  }
  let leave = (): void => undefined
  return {
    observers: { tracing, metrics: metrics.stage, lines: lines.stage },
    failed: failuresOf(log, failures),
    measured: () => [...metrics.measured, ...failures.measured],
    part: {
      name: 'telemetry',
      start: async () => {
        channels.upstreamFailed.subscribe(upstreamFailed)
        leave = observability.onChange((settings) => {
          tracing.turn(settings.tracing)
          lines.turn(settings)
        })
      },
      stop: async () => {
        leave()
        channels.upstreamFailed.unsubscribe(upstreamFailed)
        await tracing.close()
      }
    }
  }
}

/** Upstream's names: the method for a request, method and path for an attempt to send it on. */
function tracingOf(environment: ActivatorEnvironment, log: Log): LiveTracing {
  return new LiveTracing({
    resource: roleResource('activator', environment),
    requestName: (method) => method,
    attemptName: (method, path) => `${method} ${path}`,
    log: Promise.resolve(log)
  })
}
