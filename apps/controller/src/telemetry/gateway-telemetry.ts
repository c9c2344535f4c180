import type { TelemetryConfig } from '@knative-ts/kube'
import { routing } from '@knative-ts/wire'

/** What gateways are told about their logs, metrics and traces. */
export class GatewayTelemetry {
  readonly #listeners = new Set<(update: routing.RoutingUpdate) => void>()
  #update: routing.RoutingUpdate | undefined

  /** Tells every gateway on a stream, and those to come. */
  set(config: TelemetryConfig): void {
    const update: routing.RoutingUpdate = { ...routing.RoutingUpdate.create(), telemetry: telemetryOf(config) }
    this.#update = update
    for (const listener of this.#listeners) listener(update)
  }

  /** Sends what is known, and every change until the returned function is called. */
  follow(send: (update: routing.RoutingUpdate) => void): () => void {
    if (this.#update !== undefined) send(this.#update)
    this.#listeners.add(send)
    return () => this.#listeners.delete(send)
  }
}

/** What a part of the data plane is told of its logs, metrics and traces. */
export function telemetryOf({ logLevel, metrics, runtime, tracing, ...requestLog }: TelemetryConfig): routing.Telemetry {
  return {
    logLevel: logLevel ?? '',
    metricsProtocol: metrics.protocol,
    metricsEndpoint: metrics.endpoint,
    metricsExportIntervalMs: metrics.exportIntervalMs,
    profiling: runtime.profiling,
    tracingProtocol: tracing.protocol,
    tracingEndpoint: tracing.endpoint,
    tracingSamplingRate: tracing.samplingRate,
    requestLog: requestLog.enableRequestLog,
    requestLogTemplate: requestLog.requestLogTemplate,
    probeRequestLog: requestLog.enableProbeRequestLog
  }
}
