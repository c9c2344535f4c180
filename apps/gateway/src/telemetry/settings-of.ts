import type { MetricsExport, TelemetrySettings, TracingExport } from '@knative-ts/telemetry/settings'
import type { routing } from '@knative-ts/wire'

/** What the controller says of this gateway's logs, metrics and traces. A protocol that this version does not know sends nothing. */
export function settingsOf(told: routing.Telemetry): TelemetrySettings {
  return {
    logLevel: told.logLevel === '' ? undefined : told.logLevel,
    metrics: {
      protocol: metricsProtocols.find((known) => known === told.metricsProtocol) ?? 'none',
      endpoint: told.metricsEndpoint,
      exportIntervalMs: told.metricsExportIntervalMs
    },
    runtime: { profiling: told.profiling },
    tracing: {
      protocol: tracingProtocols.find((known) => known === told.tracingProtocol) ?? 'none',
      endpoint: told.tracingEndpoint,
      samplingRate: told.tracingSamplingRate
    },
    enableRequestLog: told.requestLog,
    requestLogTemplate: told.requestLogTemplate,
    enableProbeRequestLog: told.probeRequestLog
  }
}

const metricsProtocols: readonly MetricsExport['protocol'][] = ['none', 'prometheus', 'http/protobuf', 'grpc']
const tracingProtocols: readonly TracingExport['protocol'][] = ['none', 'stdout', 'http/protobuf', 'grpc']
