import { createTraceState, SpanKind, SpanStatusCode, type Attributes, type HrTime, type SpanContext } from '@opentelemetry/api'
import type { Resource } from '@opentelemetry/resources'
import type { ReadableSpan } from '@opentelemetry/sdk-trace'
import type { RecordedSpan } from './recorded-span.ts'

const kinds = { internal: SpanKind.INTERNAL, server: SpanKind.SERVER, client: SpanKind.CLIENT } as const
const sampled = 1

/** Who says it. */
export interface SpanOrigin {
  readonly resource: Resource
  readonly instrumentationScope: { readonly name: string }
}

/** An ended span as OpenTelemetry's exporters take it. */
export function readableSpanOf(span: RecordedSpan, { resource, instrumentationScope }: SpanOrigin): ReadableSpan {
  const { traceId, parentId, tracestate } = span.place
  const context = (spanId: string, isRemote: boolean): SpanContext => ({
    traceId,
    spanId,
    traceFlags: sampled,
    isRemote,
    ...(tracestate === undefined ? {} : { traceState: createTraceState(tracestate) })
  })
  const own = context(span.spanId, false)
  return {
    name: span.name,
    kind: kinds[span.kind],
    spanContext: () => own,
    ...(parentId === undefined ? {} : { parentSpanContext: context(parentId, span.kind === 'server') }),
    startTime: epochTime(span.startedAt),
    endTime: epochTime(span.endedAt),
    duration: hrTime(span.endedAt - span.startedAt),
    status: span.failure === undefined ? { code: SpanStatusCode.UNSET } : { code: SpanStatusCode.ERROR, message: span.failure },
    attributes: span.attributes as Attributes,
    links: [],
    events: [],
    ended: true,
    resource,
    instrumentationScope,
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0
  }
}

/** Seconds and nanoseconds. */
function hrTime(ms: number): HrTime {
  const seconds = Math.floor(ms / 1000)
  return [seconds, Math.round((ms - seconds * 1000) * 1e6)]
}

/** Milliseconds by which the clock of performance.now may run away from the system's, which is corrected. */
const mostDriftMs = 10
let origin = performance.timeOrigin

/** One origin for all spans, so that a child never begins before its parent by rounding; taken anew when it has drifted. */
function epochTime(at: number): HrTime {
  const seen = Date.now() - performance.now()
  if (Math.abs(seen - origin) > mostDriftMs) origin = seen
  return hrTime(origin + at)
}
