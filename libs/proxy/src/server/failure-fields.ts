import type { Exchange } from './exchange.ts'

/** What the log says of a request that a role could not serve. The query, and headers but the request's id, are nobody's business. */
export function failureFields({ request, startedAt }: Exchange, status: number): object {
  return {
    status,
    method: request.method,
    host: request.host,
    path: request.target.split('?', 1)[0],
    requestId: request.headers.get('X-Request-Id'),
    traceparent: request.headers.get('traceparent'),
    client: request.remoteAddress,
    afterMs: Math.round(performance.now() - startedAt)
  }
}
