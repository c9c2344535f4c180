import type { InboundRequest } from '../server/exchange.ts'
import { knativeHeaders } from './names.ts'

/**
 * What the activator does to a request before a pod gets it (reference 4.1): the inbound Host travels in `K-Original-Host` unless an earlier hop
 * put it there, `K-Proxy-Request: activator` marks the hop, and the revision headers go.
 */
export function markActivatorHop(request: InboundRequest): void {
  const { headers } = request
  if (!headers.get(knativeHeaders.originalHost)) headers.set(knativeHeaders.originalHost, request.host)
  headers.set(knativeHeaders.proxyRequest, 'activator')
  removeRevisionHeaders(request)
}

/** Drops the headers that name the revision: no user container sees them. */
export function removeRevisionHeaders(request: InboundRequest): void {
  request.headers.remove(knativeHeaders.revision)
  request.headers.remove(knativeHeaders.namespace)
}
