import { newSpanId } from './ids.ts'
import { traceparentOf } from './trace-context.ts'

export type SpanKind = 'internal' | 'server' | 'client'

/** What spans of one process have in common. */
export interface SpanRecorder {
  /** Name of the span of an attempt to send a request on. */
  readonly attemptName: (method: string, path: string) => string
  /** Takes each span as it ends. */
  readonly ended: (span: RecordedSpan) => void
}

/** Which trace a span belongs to. */
export interface SpanPlace {
  readonly traceId: string
  /** Absent: the trace begins here. */
  readonly parentId: string | undefined
  readonly tracestate: string | undefined
}

/**
 * One span while it is open, and as it is handed to an exporter: plain facts, so that recording costs little and the SDK may come later. Times are
 * milliseconds of performance.now.
 */
export class RecordedSpan {
  readonly name: string
  readonly kind: SpanKind
  readonly place: SpanPlace
  readonly spanId = newSpanId()
  readonly attributes: Record<string, string | number> = {}
  readonly startedAt: number
  endedAt = 0
  /** In words; undefined while nothing has failed. */
  failure: string | undefined
  readonly #recorder: SpanRecorder

  constructor(recorder: SpanRecorder, name: string, kind: SpanKind, place: SpanPlace, startedAt: number) {
    this.#recorder = recorder
    this.name = name
    this.kind = kind
    this.place = place
    this.startedAt = startedAt
  }

  get traceparent(): string {
    return traceparentOf(this.place.traceId, this.spanId, true)
  }

  child(name: string): RecordedSpan {
    return this.#inside(name, 'internal')
  }

  /** @param target path and query; the query is not recorded */
  attempt(method: string, target: string, address: string): RecordedSpan {
    const [path = '/'] = target.split('?', 1)
    const span = this.#inside(this.#recorder.attemptName(method, path), 'client')
    const colon = address.lastIndexOf(':')
    span.set('http.request.method', method)
    span.set('url.full', `http://${address}${path}`)
    span.set('server.address', address.slice(0, colon).replace(/^\[|\]$/g, ''))
    span.set('server.port', Number(address.slice(colon + 1)))
    return span
  }

  set(attribute: string, value: string | number): void {
    if (this.endedAt === 0) this.attributes[attribute] = value
  }

  fail(type: string, message: string): void {
    if (this.endedAt !== 0) return
    this.attributes['error.type'] = type
    this.failure = message
  }

  end(): void {
    if (this.endedAt !== 0) return
    this.endedAt = performance.now()
    this.#recorder.ended(this)
  }

  #inside(name: string, kind: SpanKind): RecordedSpan {
    const { traceId, tracestate } = this.place
    return new RecordedSpan(this.#recorder, name, kind, { traceId, parentId: this.spanId, tracestate }, performance.now())
  }
}
