import { randomUUID } from 'node:crypto'
import type { Stage } from '@knative-ts/proxy'
import type { Passage } from './passage.ts'

/** Gives a request that has none an `X-Request-Id`, as Envoy does for upstream's ingresses; one that came stays. Logs name it. */
export const requestId: Stage<Passage> = (exchange, next) => {
  const { headers } = exchange.request
  if (!headers.has('X-Request-Id')) headers.append('X-Request-Id', randomUUID())
  return next(exchange)
}
