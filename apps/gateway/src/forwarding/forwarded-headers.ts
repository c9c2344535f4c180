import { appendForwardedFor, setForwardedProtoAndHost, type Stage } from '@knative-ts/proxy'
import type { Side } from '../routing/routing-table.ts'
import type { Passage } from './passage.ts'

/**
 * `X-Forwarded-For`, `-Proto` and `-Host`. The public side knows how the client came and believes nobody else; inside, the client may be a gateway
 * or an app that passes on what it was told, which stays.
 */
export function forwardedHeaders(side: Side): Stage<Passage> {
  return (exchange, next) => {
    const { request } = exchange
    appendForwardedFor(request)
    if (side === 'public' || !request.headers.has('X-Forwarded-Proto')) setForwardedProtoAndHost(request)
    return next(exchange)
  }
}
