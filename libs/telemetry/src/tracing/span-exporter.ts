/** How spans leave the process. Loaded only where tracing is configured. */
import type { SpanExporter } from '@opentelemetry/sdk-trace'
import { otlpEndpoint } from '../metrics/otlp-endpoint.ts'
import type { TracingExport } from '../settings.ts'
import { lineExporter } from './line-exporter.ts'

/** The exporter of these settings; undefined for `none`. Throws an Error when the endpoint is no address. */
export async function spanExporterOf({ protocol, endpoint }: TracingExport): Promise<SpanExporter | undefined> {
  if (protocol === 'none') return undefined
  if (protocol === 'stdout') return lineExporter((line) => void process.stdout.write(line))
  const where = otlpEndpoint(endpoint, protocol, '/v1/traces')
  if ('problem' in where) throw new Error(`tracing-endpoint: ${where.problem}`)
  // OpenTelemetry's own variables win, as in upstream.
  const fromVariables = process.env['OTEL_EXPORTER_OTLP_ENDPOINT'] ?? process.env['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT']
  const options = fromVariables === undefined ? { url: where.url } : {}
  if (protocol === 'grpc') {
    const { OTLPTraceExporter } = await import('@opentelemetry/exporter-trace-otlp-grpc')
    return new OTLPTraceExporter(options)
  }
  const { OTLPTraceExporter } = await import('@opentelemetry/exporter-trace-otlp-proto')
  return new OTLPTraceExporter(options)
}
