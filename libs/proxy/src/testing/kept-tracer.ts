import type { Span, TracedRequest, Tracer } from '../tracing/span.ts'

/** What a test sees of a span. */
export interface KeptSpan {
  readonly name: string
  readonly parent: string | undefined
  readonly attributes: Record<string, string | number>
  failed: string | undefined
  over: boolean
}

/** Records every request whose `traceparent` does not end in `00`; spans are called `1`, `2`... in their order. */
export class KeptTracer implements Tracer {
  readonly spans: KeptSpan[] = []

  begin({ traceparent }: TracedRequest, method: string): Span | string | undefined {
    if (traceparent === 'decline') return 'declined'
    return traceparent?.endsWith('00') === true ? undefined : this.#open(method, traceparent)
  }

  #open(name: string, parent: string | undefined): Span {
    const kept: KeptSpan = { name, parent, attributes: {}, failed: undefined, over: false }
    const id = String(this.spans.push(kept))
    return {
      traceparent: id,
      child: (inner) => this.#open(inner, id),
      attempt: (method, target, address) => this.#open(`${method} ${target} to ${address}`, id),
      set: (attribute, value) => void (kept.attributes[attribute] = value),
      fail: (type, message) => void (kept.failed = message === '' ? type : `${type}: ${message}`),
      end: () => void (kept.over = true)
    }
  }
}
