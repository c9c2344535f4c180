/** Sends metrics to a collector at a steady pace. Loaded only when some configuration asks for it. */
import type { ResourceMetrics } from '@opentelemetry/sdk-metrics'
import type { MetricsExport } from '../settings.ts'
import type { Log } from '../logger.ts'
import type { Metrics } from './metrics.ts'
import { otlpEndpoint } from './otlp-endpoint.ts'

/** The SDK's own interval (OTEL_METRIC_EXPORT_INTERVAL's default). */
const defaultIntervalMs = 60_000
/** Milliseconds that a stop waits for the last export: a collector that is away must not hold up a role that ends. */
const lastExportMs = 3_000

/** What both of OpenTelemetry's exporters are. */
interface Exporter {
  export(metrics: ResourceMetrics, done: (result: { readonly code: number; readonly error?: Error }) => void): void
  shutdown(): Promise<void>
}

/** A running export. */
export interface OtlpPush {
  /** Sends what is there, and stops; failures to send are logged. */
  stop(): Promise<void>
}

/** Starts to send `metrics` to `settings.endpoint`. Throws an Error when the endpoint is no address; a collector that is away is logged once and tried again. */
export async function startOtlpPush(metrics: Pick<Metrics, 'collect'>, settings: MetricsExport, log: Log): Promise<OtlpPush> {
  const exporter = await exporterOf(settings)
  let failing = false
  const send = async (): Promise<void> => {
    const collected = await metrics.collect()
    const { code, error } = await new Promise<{ code: number; error?: Error }>((resolve) => exporter.export(collected, resolve))
    const fails = code !== 0
    if (fails && !failing) log.warn({ endpoint: settings.endpoint, error }, 'metrics cannot be sent; trying again at each interval')
    if (!fails && failing) log.info({ endpoint: settings.endpoint }, 'metrics are sent again')
    failing = fails
  }
  const guarded = (): Promise<void> => send().catch((error: unknown) => log.warn({ error }, 'metrics cannot be collected'))
  let sending = Promise.resolve()
  const timer = setInterval(() => (sending = sending.then(guarded)), intervalOf(settings)).unref()
  return {
    stop: async () => {
      clearInterval(timer)
      await within(sending.then(guarded), lastExportMs)
      await within(exporter.shutdown(), lastExportMs)
    }
  }
}

/** Resolves when `work` does, or after `ms`. */
async function within(work: Promise<void>, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const over = new Promise<void>((resolve) => (timer = setTimeout(resolve, ms)))
  await Promise.race([work, over])
  clearTimeout(timer)
}

async function exporterOf({ protocol, endpoint }: MetricsExport): Promise<Exporter> {
  if (protocol !== 'grpc' && protocol !== 'http/protobuf') throw new Error(`metrics are not sent by protocol "${protocol}"`)
  const where = otlpEndpoint(endpoint, protocol, '/v1/metrics')
  if ('problem' in where) throw new Error(`metrics-endpoint: ${where.problem}`)
  // OpenTelemetry's own variables win, as in upstream.
  const fromVariables = process.env['OTEL_EXPORTER_OTLP_ENDPOINT'] ?? process.env['OTEL_EXPORTER_OTLP_METRICS_ENDPOINT']
  const options = fromVariables === undefined ? { url: where.url } : {}
  if (protocol === 'grpc') {
    const { OTLPMetricExporter } = await import('@opentelemetry/exporter-metrics-otlp-grpc')
    return new OTLPMetricExporter(options)
  }
  const { OTLPMetricExporter } = await import('@opentelemetry/exporter-metrics-otlp-proto')
  return new OTLPMetricExporter(options)
}

function intervalOf({ exportIntervalMs }: MetricsExport): number {
  const fromVariables = Number(process.env['OTEL_METRIC_EXPORT_INTERVAL'] ?? Number.NaN)
  if (Number.isFinite(fromVariables) && fromVariables > 0) return fromVariables
  return exportIntervalMs === 0 ? defaultIntervalMs : exportIntervalMs
}
