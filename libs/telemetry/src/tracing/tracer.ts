import { newSpanId, newTraceId } from './ids.ts'
import { RecordedSpan, type SpanRecorder } from './recorded-span.ts'
import { parentOf, traceparentOf } from './trace-context.ts'

export interface TracerOptions extends SpanRecorder {
  /** Name of the span of a request that arrives. */
  readonly requestName: (method: string) => string
  /** Share of the traces that begin here: 0 to 1. */
  readonly samplingRate: number
  /** Gives [0, 1). */
  readonly random: () => number
}

/** Samples by the decision of who called, and where nobody has decided by the rate: then those who are called learn of it, so that a trace is whole or not at all. */
export class RequestTracer {
  readonly #options: TracerOptions

  constructor(options: TracerOptions) {
    this.#options = options
  }

  /** As the data path's `Tracer` has it: a span; or what to send on as `traceparent` for a request that is not recorded; or nothing to do. */
  begin(
    request: { readonly traceparent: string | undefined; readonly tracestate: string | undefined; readonly startedAt: number },
    method: string
  ): RecordedSpan | string | undefined {
    const { requestName, samplingRate, random } = this.#options
    const parent = parentOf(request.traceparent)
    if (parent === undefined && random() >= samplingRate) return traceparentOf(newTraceId(), newSpanId(), false)
    if (parent?.sampled === false) return undefined
    const place = {
      traceId: parent?.traceId ?? newTraceId(),
      parentId: parent?.spanId,
      // Without a valid parent its companion says nothing.
      tracestate: parent === undefined ? undefined : request.tracestate
    }
    return new RecordedSpan(this.#options, requestName(method), 'server', place, request.startedAt)
  }
}
