/** From ended spans to batches at a collector. Loaded only where tracing is configured. */
import type { Attributes } from '@opentelemetry/api'
import { resourceFromAttributes } from '@opentelemetry/resources'
import { BatchSpanProcessor, type SpanExporter } from '@opentelemetry/sdk-trace'
import type { Log } from '../logger.ts'
import type { TracingExport } from '../settings.ts'
import { readableSpanOf } from './readable-span.ts'
import type { RecordedSpan } from './recorded-span.ts'
import { spanExporterOf } from './span-exporter.ts'

/** Milliseconds that a span waits for others at most: OTEL_BSP_SCHEDULE_DELAY, else the SDK's own 5 s. */
const defaultDelayMs = 5_000

/** An open way out for spans. */
export interface SpanExport {
  take(span: RecordedSpan): void
  /** Sends what is there, and stops. Never rejects: what cannot be sent is logged. */
  close(): Promise<void>
}

/** Opens it. Rejects when the settings cannot be followed; a collector that is away is logged once, and its spans are lost. */
export async function openSpanExport(settings: TracingExport, attributes: Attributes, log: Log): Promise<SpanExport | undefined> {
  const exporter = await spanExporterOf(settings)
  if (exporter === undefined) return undefined
  const processor = new BatchSpanProcessor({ exporter: reporting(exporter, settings, log), scheduledDelayMillis: delayMs() })
  const origin = {
    resource: resourceFromAttributes(attributes),
    instrumentationScope: { name: `knative-ts/${attributes['service.name']}` }
  }
  return {
    take: (span) => processor.onEnd(readableSpanOf(span, origin)),
    // Its failures have been logged where they happened.
    close: () => processor.shutdown().catch(() => undefined)
  }
}

function delayMs(): number {
  const fromVariables = Number(process.env['OTEL_BSP_SCHEDULE_DELAY'] ?? Number.NaN)
  return Number.isFinite(fromVariables) && fromVariables > 0 ? fromVariables : defaultDelayMs
}

/** Says when a collector stops taking spans, and when it takes them again. */
function reporting(exporter: SpanExporter, { endpoint }: TracingExport, log: Log): SpanExporter {
  let failing = false
  return {
    export(spans, done) {
      exporter.export(spans, (result) => {
        const fails = result.code !== 0
        if (fails && !failing) log.warn({ endpoint, error: result.error, spans: spans.length }, 'spans cannot be sent and are lost')
        if (!fails && failing) log.info({ endpoint }, 'spans are sent again')
        failing = fails
        done(result)
      })
    },
    shutdown: () => exporter.shutdown()
  }
}
