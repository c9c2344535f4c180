import type { Observability, Part } from '@knative-ts/host'
import type { FailureListener, Tracing } from '@knative-ts/proxy'
import type { Log } from '@knative-ts/telemetry/logger'
import type { GatewayEnvironment } from '../gateway.config.ts'
import { failuresOf } from './failures.ts'
import { GatewayMetrics } from './gateway-metrics.ts'
import { gatewayTracing } from './gateway-tracing.ts'

/** What the gateway's data path tells of its requests. */
export interface GatewayTelemetry {
  readonly metrics: GatewayMetrics
  readonly tracing: Tracing
  readonly failed: FailureListener
  /** Started first and stopped last: the last requests are told of, too. */
  readonly part: Part
}

/** Follows `observability` from the start of its part on. */
export function gatewayTelemetry(environment: GatewayEnvironment, log: Log, observability: Observability): GatewayTelemetry {
  const metrics = new GatewayMetrics()
  const tracing = gatewayTracing(environment, log)
  let leave = (): void => undefined
  return {
    metrics,
    tracing,
    failed: failuresOf(log, metrics),
    part: {
      name: 'telemetry',
      start: async () => {
        metrics.start()
        leave = observability.onChange((settings) => tracing.turn(settings.tracing))
      },
      stop: async () => {
        leave()
        metrics.stop()
        await tracing.close()
      }
    }
  }
}
