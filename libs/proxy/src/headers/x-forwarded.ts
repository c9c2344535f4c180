import type { InboundRequest } from '../server/exchange.ts'

/** Appends the client's address to `X-Forwarded-For`, folding repeats into one field, as Go's reverse proxy does. */
export function appendForwardedFor(request: InboundRequest): void {
  const { headers } = request
  if (headers.has('X-Forwarded-For'))
    headers.set('X-Forwarded-For', [...headers.getAll('X-Forwarded-For'), request.remoteAddress].join(', '))
  else headers.append('X-Forwarded-For', request.remoteAddress)
}

/** Sets `X-Forwarded-Proto` and `X-Forwarded-Host` from the connection: the entry of the cluster knows them, clients do not. */
export function setForwardedProtoAndHost(request: InboundRequest): void {
  request.headers.set('X-Forwarded-Proto', request.secure ? 'https' : 'http')
  request.headers.set('X-Forwarded-Host', request.host)
}
