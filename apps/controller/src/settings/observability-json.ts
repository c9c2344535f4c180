import type { ObservabilityConfig } from '@knative-ts/api'

const nanoseconds = (ms: number): number | undefined => (ms === 0 ? undefined : ms * 1e6)
const text = (value: string): string | undefined => (value === '' ? undefined : value)

/** OBSERVABILITY_CONFIG: what the queue-proxy needs of config-observability, members and order as Go's encoder writes them. */
export function observabilityJson(config: ObservabilityConfig): string {
  const exporter = ({ protocol, endpoint, exportIntervalMs }: ObservabilityConfig['metrics']) => ({
    protocol,
    endpoint: text(endpoint),
    exportInterval: nanoseconds(exportIntervalMs)
  })
  return JSON.stringify({
    tracing: {
      protocol: config.tracing.protocol,
      endpoint: text(config.tracing.endpoint),
      samplingRate: config.tracing.samplingRate === 0 ? undefined : config.tracing.samplingRate
    },
    metrics: exporter(config.metrics),
    runtime: {
      profiling: config.runtime.profiling ? 'enabled' : 'disabled',
      exportInterval: nanoseconds(config.runtime.exportIntervalMs)
    },
    requestMetrics: exporter(config.requestMetrics),
    enableVarLogCollection: config.enableVarLogCollection || undefined,
    enableRequestLog: config.enableRequestLog || undefined,
    requestLogTemplate: text(config.requestLogTemplate),
    enableProbeRequestLog: config.enableProbeRequestLog || undefined
  })
}
