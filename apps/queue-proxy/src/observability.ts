import type { MetricsExport, TracingExport } from '@knative-ts/telemetry/settings'

/** What OBSERVABILITY_CONFIG (reference 2.3) says to this process. */
export interface Observability {
  readonly requestLogTemplate: string | undefined
  readonly logsProbes: boolean
  /** Request metrics; `prometheus` serves them on the metrics port. */
  readonly requestMetrics: MetricsExport
  readonly tracing: TracingExport
  /** Whether this process serves profiles of itself. */
  readonly profiling: boolean
}

/** Nothing is logged, measured or traced. */
export const noObservability: Observability = {
  requestLogTemplate: undefined,
  logsProbes: false,
  requestMetrics: { protocol: 'none', endpoint: '', exportIntervalMs: 0 },
  tracing: { protocol: 'none', endpoint: '', samplingRate: 0 },
  profiling: false
}

const metricsProtocols = ['none', 'prometheus', 'http/protobuf', 'grpc'] as const
const tracingProtocols = ['none', 'stdout', 'http/protobuf', 'grpc'] as const

/** Reads the variable's JSON. Throws an Error that names the member which cannot be followed. */
export function parseObservability(json: unknown): Observability {
  const config = (json ?? {}) as {
    enableRequestLog?: boolean
    requestLogTemplate?: string
    enableProbeRequestLog?: boolean
    requestMetrics?: { protocol?: string; endpoint?: string; exportInterval?: number }
    tracing?: { protocol?: string; endpoint?: string; samplingRate?: number }
    runtime?: { profiling?: string }
  }
  const { requestMetrics: metrics, tracing } = config
  const template = config.requestLogTemplate ?? ''
  return {
    requestLogTemplate: config.enableRequestLog === true && template !== '' ? template : undefined,
    logsProbes: config.enableProbeRequestLog === true,
    requestMetrics: {
      protocol: oneOf(metricsProtocols, metrics?.protocol, 'requestMetrics.protocol'),
      endpoint: metrics?.endpoint ?? '',
      // Go's durations are nanoseconds.
      exportIntervalMs: (metrics?.exportInterval ?? 0) / 1e6
    },
    tracing: {
      protocol: oneOf(tracingProtocols, tracing?.protocol, 'tracing.protocol'),
      endpoint: tracing?.endpoint ?? '',
      samplingRate: tracing?.samplingRate ?? 0
    },
    profiling: config.runtime?.profiling === 'enabled'
  }
}

function oneOf<T extends string>(known: readonly T[], text: string | undefined, member: string): T | 'none' {
  if (text === undefined || text === '') return 'none'
  const found = known.find((one) => one === text)
  if (found === undefined) throw new Error(`${member} is ${JSON.stringify(text)}: want one of ${known.join(', ')}`)
  return found
}
