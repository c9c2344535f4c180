import { formatDuration, milliseconds, NANOSECONDS_PER_SECOND } from '../go/duration.ts'
import { quote } from '../go/parsed.ts'
import { fixed } from '../go/number.ts'
import { parseTemplate } from '../go/template/parse-template.ts'
import { ConfigError, type ConfigData } from './config-error.ts'
import { ConfigReader } from './config-reader.ts'

/** Where metrics go. `exportIntervalMs` 0 leaves the exporter's own interval. */
export interface MetricsExport {
  readonly protocol: 'none' | 'prometheus' | 'http/protobuf' | 'grpc'
  /** For prometheus the address to listen on; empty for the default. */
  readonly endpoint: string
  readonly exportIntervalMs: number
}

/** What every part of an installation says of its own metrics, traces and profiles. */
export interface ExportConfig {
  readonly metrics: MetricsExport
  readonly runtime: { readonly profiling: boolean; readonly exportIntervalMs: number }
  readonly tracing: {
    readonly protocol: 'none' | 'stdout' | 'http/protobuf' | 'grpc'
    readonly endpoint: string
    readonly samplingRate: number
  }
}

/** config-observability. */
export interface ObservabilityConfig extends ExportConfig {
  readonly enableVarLogCollection: boolean
  /** `${REVISION_UID}` stands for the revision's uid; empty for no URL. */
  readonly loggingUrlTemplate: string
  readonly requestLogTemplate: string
  readonly enableRequestLog: boolean
  readonly enableProbeRequestLog: boolean
  /** The queue-proxy's. */
  readonly requestMetrics: MetricsExport
}

/** Upstream's template for one line a request. */
const defaultRequestLogTemplate =
  '{"httpRequest": {"requestMethod": "{{.Request.Method}}", "requestUrl": "{{js .Request.RequestURI}}", "requestSize": "{{.Request.ContentLength}}", "status": {{.Response.Code}}, "responseSize": "{{.Response.Size}}", "userAgent": "{{js .Request.UserAgent}}", "remoteIp": "{{js .Request.RemoteAddr}}", "serverIp": "{{.Revision.PodIP}}", "referer": "{{js .Request.Referer}}", "latency": "{{.Response.Latency}}s", "protocol": "{{.Request.Proto}}"}, "traceId": "{{.TraceID}}"}'

/** Reads config-observability; throws {@link ConfigError}. */
export function parseObservabilityConfig(data: ConfigData): ObservabilityConfig {
  const read = new ConfigReader(data)
  const exports = parseExports(read)
  const requestMetrics = metricsOf(read, 'request-metrics')
  const enableVarLogCollection = read.boolean(false, 'logging.enable-var-log-collection')
  const enableRequestLog = read.boolean(false, 'logging.enable-request-log')
  const enableProbeRequestLog = read.boolean(false, 'logging.enable-probe-request-log')
  const requestLogTemplate = read.raw('logging.request-log-template') ?? defaultRequestLogTemplate
  if (enableRequestLog && requestLogTemplate === '') {
    throw new ConfigError('"logging.enable-request-log" was set to true, but no "logging.request-log-template" was specified')
  }
  const template = parseTemplate('requestLog', requestLogTemplate)
  if (!template.ok) throw new ConfigError(template.error)
  return {
    enableVarLogCollection,
    loggingUrlTemplate: read.text('', 'logging.revision-url-template'),
    requestLogTemplate,
    enableRequestLog,
    enableProbeRequestLog,
    requestMetrics,
    ...exports
  }
}

/** The part of it that Eventing has too. Throws {@link ConfigError}. */
export function parseExports(read: ConfigReader): ExportConfig {
  const metrics = metricsOf(read, 'metrics')
  const tracing = tracingOf(read)
  return { metrics, tracing, runtime: runtimeOf(read) }
}

function intervalOf(read: ConfigReader, key: string, fallback: bigint): number {
  const interval = read.duration(fallback, key)
  if (interval < 0n) throw new ConfigError(`export interval ${quote(formatDuration(interval))} should be greater than zero`)
  return milliseconds(interval)
}

function metricsOf(read: ConfigReader, prefix: string): MetricsExport {
  const protocol = read.text('none', `${prefix}-protocol`)
  const endpoint = read.text('', `${prefix}-endpoint`)
  const exportIntervalMs = intervalOf(read, `${prefix}-export-interval`, 0n)
  if (protocol !== 'none' && protocol !== 'prometheus' && protocol !== 'http/protobuf' && protocol !== 'grpc') {
    throw new ConfigError(`unsupported protocol ${quote(protocol)}`)
  }
  if ((protocol === 'http/protobuf' || protocol === 'grpc') && endpoint === '') {
    throw new ConfigError(`endpoint should be set when protocol is ${quote(protocol)}`)
  }
  if (protocol === 'none' && endpoint !== '') throw new ConfigError('endpoint should not be set when protocol is "none"')
  return { protocol, endpoint, exportIntervalMs }
}

function tracingOf(read: ConfigReader): ObservabilityConfig['tracing'] {
  const protocol = read.text('none', 'tracing-protocol')
  const endpoint = read.text('', 'tracing-endpoint')
  const samplingRate = read.float(0, 'tracing-sampling-rate')
  if (protocol !== 'none' && protocol !== 'stdout' && protocol !== 'http/protobuf' && protocol !== 'grpc') {
    throw new ConfigError(`unsupported protocol ${quote(protocol)}`)
  }
  const sends = protocol === 'http/protobuf' || protocol === 'grpc'
  if (sends && endpoint === '') throw new ConfigError(`endpoint should be set when protocol is ${quote(protocol)}`)
  if (!sends && endpoint !== '') throw new ConfigError(`endpoint should not be set when protocol is '${protocol}'`)
  if (!(samplingRate >= 0 && samplingRate <= 1)) throw new ConfigError(`sampling rate ${fixed(samplingRate)} should be between 0 and 1`)
  return { protocol, endpoint, samplingRate }
}

function runtimeOf(read: ConfigReader): ObservabilityConfig['runtime'] {
  const profiling = read.text('disabled', 'runtime-profiling')
  const exportIntervalMs = intervalOf(read, 'runtime-export-interval', 15n * NANOSECONDS_PER_SECOND)
  if (profiling !== 'enabled' && profiling !== 'disabled') throw new ConfigError(`unsupported profile setting ${quote(profiling)}`)
  return { profiling: profiling === 'enabled', exportIntervalMs }
}
