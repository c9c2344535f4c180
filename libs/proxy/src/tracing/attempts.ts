import { socketOf } from '../upstream/address.ts'
import type { Attempt } from '../upstream/forwarding.ts'
import type { Exchange } from '../server/exchange.ts'
import type { Span } from './span.ts'

/** Begins the span of one attempt to have a traced exchange answered at `address`, and tells the receiver of it. */
export function beginAttempt(parent: Span, exchange: Exchange, address: string): Span {
  const { request } = exchange
  const span = parent.attempt(request.method, request.target, socketOf(address))
  request.headers.set('traceparent', span.traceparent)
  return span
}

/** The attempt is over. */
export function endAttempt(span: Span, attempt: Attempt): void {
  if (attempt.kind === 'completed') {
    span.set('http.response.status_code', attempt.status)
    if (attempt.status >= 400) span.fail(String(attempt.status), '')
  } else if (attempt.kind === 'failed') span.fail(attempt.error.code, attempt.error.message)
  else span.fail(attempt.kind, '')
  span.end()
}
