/** The door of brokers, `/namespace/name`: the order of its checks is upstream's (reference 3.1). */
import type { CloudEvent } from '@knative-ts/eventing'
import type { Exchange, Handler } from '@knative-ts/proxy'
import { answer, answerHandshake } from '../http/answers.ts'
import { objectPath } from '../http/object-path.ts'
import { passedHeaders } from '../http/passed-headers.ts'
import { readRequest } from '../http/read-request.ts'
import { withBody } from '../http/with-body.ts'
import type { Intake, Taken } from './intake.ts'

export interface IngressOptions {
  readonly intake: Intake
  /** Bytes of a body. */
  readonly mostBytes: number
  /** Told of what has been answered for an event. */
  readonly answered: (exchange: Exchange, broker: string, event: CloudEvent, taken: Taken) => void
}

export function ingressHandler({ intake, mostBytes, answered }: IngressOptions): Handler {
  return (exchange) => {
    const { method, target } = exchange.request
    if (method === 'OPTIONS') return answerHandshake(exchange)
    if (method !== 'POST') return answer(exchange, 405)
    if (target === '/') return answer(exchange, 404)
    const path = objectPath(target)
    if (path === undefined) return answer(exchange, 400, 'the path is not /namespace/broker')
    return withBody(exchange, mostBytes, (body) => {
      const event = readRequest(exchange, body)
      if (typeof event === 'string') return answer(exchange, 400, event)
      return intake.accept(path.key, event, passedHeaders(exchange.request.headers)).then((taken) => {
        answer(exchange, taken.status, taken.reason)
        answered(exchange, path.key, event, taken)
      })
    })
  }
}
