/** The door of brokers, `/namespace/name`: the order of its checks is upstream's (reference 3.1). */
import type { CloudEvent } from '@knative-ts/eventing'
import type { Exchange, Handler, Span } from '@knative-ts/proxy'
import { answer, answerHandshake } from '../http/answers.ts'
import { objectPath } from '../http/object-path.ts'
import { readRequest, type RequestEvent } from '../http/read-request.ts'
import { withBody } from '../http/with-body.ts'
import type { EventSpans } from '../telemetry/event-spans.ts'
import type { Intake, Taken } from './intake.ts'

export interface IngressOptions {
  readonly intake: Intake
  /** Bytes of a body. */
  readonly mostBytes: number
  readonly spans: EventSpans
  /** Told of what has been answered for an event of a type; of the event itself only where `wantsEvents` says so: else it is not kept until then. */
  readonly answered: (exchange: Exchange, broker: string, type: string, event: CloudEvent | undefined, taken: Taken) => void
  readonly wantsEvents: () => boolean
}

export function ingressHandler({ intake, mostBytes, spans, answered, wantsEvents }: IngressOptions): Handler {
  const begin = (exchange: Exchange, broker: string, { event, passed }: RequestEvent): ReturnType<EventSpans['arrived']> =>
    spans.isOff ? { span: undefined, passed } : spans.arrived(broker, event, passed, exchange.startedAt)
  return (exchange) => {
    const { method, target } = exchange.request
    if (method === 'OPTIONS') return answerHandshake(exchange)
    if (method !== 'POST') return answer(exchange, 405)
    if (target === '/') return answer(exchange, 404)
    const path = objectPath(target)
    if (path === undefined) return answer(exchange, 400, 'the path is not /namespace/broker')
    return withBody(exchange, mostBytes, (body) => {
      const read = readRequest(exchange, body)
      if (typeof read === 'string') return answer(exchange, 400, read)
      const { event } = read
      const { span, passed } = begin(exchange, path.key, read)
      const taking = intake.accept(path.key, event, passed)
      const type = event.attributes.get('type') ?? ''
      const kept = wantsEvents() ? event : undefined
      // Held, without a promise of the exchange's own: there is one of each event that waits for its commit.
      exchange.hold()
      taking.then(
        (taken) =>
          exchange.finish(() => {
            answer(exchange, taken.status, taken.reason)
            if (span !== undefined) endSpan(span, taken)
            answered(exchange, path.key, type, kept, taken)
          }),
        (error: unknown) =>
          exchange.finish(() => {
            throw error
          })
      )
      return undefined
    })
  }
}

function endSpan(span: Span, { status, reason }: Taken): void {
  span.set('http.response.status_code', status)
  if (status !== 202) span.fail(String(status), reason)
  span.end()
}
