import { SpanKind, SpanStatusCode } from '@opentelemetry/api'
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace'

const nanoseconds = ([seconds, rest]: readonly [number, number]): string => String(BigInt(seconds) * 1_000_000_000n + BigInt(rest))

/** `tracing-protocol: stdout`: one JSON object a line for each span. */
export function lineExporter(write: (line: string) => void): SpanExporter {
  return {
    export(spans, done) {
      for (const span of spans) write(`${JSON.stringify(lineOf(span))}\n`)
      done({ code: 0 })
    },
    shutdown: () => Promise.resolve()
  }
}

function lineOf(span: ReadableSpan): object {
  const { traceId, spanId } = span.spanContext()
  const failed = span.status.code === SpanStatusCode.ERROR
  return {
    span: span.name,
    kind: SpanKind[span.kind].toLowerCase(),
    service: span.resource.attributes['service.name'],
    traceId,
    spanId,
    parentSpanId: span.parentSpanContext?.spanId,
    startTimeUnixNano: nanoseconds(span.startTime),
    endTimeUnixNano: nanoseconds(span.endTime),
    attributes: span.attributes,
    error: failed ? (span.status.message ?? '') : undefined
  }
}
