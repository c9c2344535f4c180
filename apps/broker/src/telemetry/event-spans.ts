import type { CloudEvent, Header } from '@knative-ts/eventing'
import type { Span, Tracing } from '@knative-ts/proxy'
import { type Answer, isSuccess } from '../delivery/answer.ts'
import type { Parcel } from '../delivery/parcel.ts'
import type { Target } from '../delivery/target.ts'
import type { Subscription } from '../table/subscription.ts'

/** Spans under upstream's names (reference 3.11): `broker:<name>.<ns>` at a broker's door, `trigger:<name>.<ns>` for a delivery, `send <url>` for an attempt. */
export class EventSpans {
  readonly #tracing: Tracing

  constructor(tracing: Tracing) {
    this.#tracing = tracing
  }

  /** Nobody asks for spans now. */
  get isOff(): boolean {
    return this.#tracing.tracer === undefined
  }

  /** An event is at a broker's door since `startedAt` (performance.now): its span, when it is recorded, and what goes along with the event from now on. */
  arrived(
    broker: string,
    event: CloudEvent,
    passed: readonly Header[],
    startedAt: number
  ): { readonly span: Span | undefined; readonly passed: readonly Header[] } {
    const begun = this.#begin(`broker:${dotted(broker)}`, passed, startedAt)
    if (begun === undefined) return { span: undefined, passed }
    if (typeof begun === 'string') return { span: undefined, passed: withTraceparent(passed, begun) }
    describe(begun, event, broker)
    return { span: begun, passed: withTraceparent(passed, begun.traceparent) }
  }

  /** An event is about to be delivered. */
  delivery(subscription: Subscription, { event, passed }: Parcel): Span | undefined {
    const { trigger, key, subscriber } = subscription
    const name = trigger === undefined ? `subscription:${dotted(key)}` : `trigger:${dotted(trigger.key)}`
    const begun = this.#begin(name, passed, performance.now())
    if (begun === undefined || typeof begun === 'string') return undefined
    describe(begun, event, (trigger?.subscriber ?? subscriber)?.url ?? '')
    return begun
  }

  #begin(name: string, passed: readonly Header[], startedAt: number): Span | string | undefined {
    const { tracer } = this.#tracing
    return tracer?.begin({ traceparent: valueOf(passed, 'traceparent'), tracestate: valueOf(passed, 'tracestate'), startedAt }, name)
  }
}

/** The attempt to send an event to a target: a span inside of the delivery's. */
export function attemptSpan(delivery: Span, { url, address }: Target): Span {
  const whole = url.split('?', 1)[0] as string
  const span = delivery.attempt('POST', whole, address)
  // The query may hold what is nobody's business.
  span.set('url.full', whole)
  return span
}

/** An attempt is over. */
export function endAttempt(span: Span, answer: Answer): void {
  if (answer.status !== undefined) span.set('http.response.status_code', answer.status)
  if (!isSuccess(answer)) span.fail(String(answer.status ?? 'no_answer'), answer.problem)
  span.end()
}

/** Lines of a head, with another parent for whoever gets them. */
export function tracedFields(fields: string, { traceparent }: Span): string {
  return `${fields.replace(/^traceparent: [^\r]*\r\n/im, '')}traceparent: ${traceparent}\r\n`
}

function describe(span: Span, { attributes }: CloudEvent, destination: string): void {
  span.set('messaging.system', 'knative')
  span.set('messaging.destination.name', destination)
  span.set('messaging.message.id', attributes.get('id') ?? '')
  span.set('cloudevents.event_type', attributes.get('type') ?? '')
  span.set('cloudevents.event_source', attributes.get('source') ?? '')
}

const traceHeaders: ReadonlySet<string> = new Set(['traceparent', 'tracestate', 'baggage'])

/**
 * What goes along with a reply: the trace of the event that it answers, unless the subscriber named one of its own (Knative eventing data
 * plane, "Observability"). `span` is the delivery's, where one is recorded.
 */
export function continued(reply: readonly Header[], asked: readonly Header[], span: Span | undefined): readonly Header[] {
  if (valueOf(reply, 'traceparent') !== undefined) return reply
  const known = new Set(reply.map(([name]) => name))
  const inherited = asked.filter(([name]) => traceHeaders.has(name) && !known.has(name))
  const all = [...reply, ...inherited]
  return span === undefined ? all : withTraceparent(all, span.traceparent)
}

function withTraceparent(passed: readonly Header[], traceparent: string): readonly Header[] {
  return [...passed.filter(([name]) => name !== 'traceparent'), ['traceparent', traceparent]]
}

const valueOf = (passed: readonly Header[], wanted: string): string | undefined => passed.find(([name]) => name === wanted)?.[1]

/** Upstream writes `name.namespace`. */
const dotted = (key: string): string => key.split('/', 2).toReversed().join('.')
