import type { MetricsExport, TelemetrySettings, TracingExport } from './settings.ts'

/** What a controller tells a role that reads no configuration itself (the message Telemetry of libs/wire): times in milliseconds, a log level or nothing. */
export interface ToldSettings {
  readonly logLevel: string
  readonly metricsProtocol: string
  readonly metricsEndpoint: string
  readonly metricsExportIntervalMs: number
  readonly profiling: boolean
  readonly tracingProtocol: string
  readonly tracingEndpoint: string
  readonly tracingSamplingRate: number
  readonly requestLog: boolean
  readonly requestLogTemplate: string
  readonly probeRequestLog: boolean
}

/** The settings that a controller tells. A protocol that this version does not know sends nothing. */
export function settingsOf(told: ToldSettings): TelemetrySettings {
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
