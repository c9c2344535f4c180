/** How metrics leave the process. `prometheus`: scraped at `endpoint` (`host:port`; empty: every address, port 9090). */
export interface MetricsExport {
  readonly protocol: 'none' | 'prometheus' | 'http/protobuf' | 'grpc'
  readonly endpoint: string
  /** Milliseconds between two exports; 0 leaves the SDK's own interval of 60 s. */
  readonly exportIntervalMs: number
}

/** How spans leave the process, and which share of the traces that begin here is recorded. */
export interface TracingExport {
  readonly protocol: 'none' | 'stdout' | 'http/protobuf' | 'grpc'
  readonly endpoint: string
  /** 0 to 1. */
  readonly samplingRate: number
}

/** What config-logging and config-observability say to one role; a parsed config-observability fits as it is. */
export interface TelemetrySettings {
  /** zap's or our word for a level; undefined: what the process was started with. */
  readonly logLevel?: string | undefined
  readonly metrics: MetricsExport
  readonly runtime: { readonly profiling: boolean }
  readonly tracing: TracingExport
  readonly enableRequestLog: boolean
  /** A Go template. */
  readonly requestLogTemplate: string
  readonly enableProbeRequestLog: boolean
}

/** What holds until the configuration has been read: nothing is sent, and nothing listens. */
export const quietSettings: TelemetrySettings = {
  metrics: { protocol: 'none', endpoint: '', exportIntervalMs: 0 },
  runtime: { profiling: false },
  tracing: { protocol: 'none', endpoint: '', samplingRate: 0 },
  enableRequestLog: false,
  requestLogTemplate: '',
  enableProbeRequestLog: false
}
