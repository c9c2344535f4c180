import type { HeaderList } from '../header-list.ts'
import type { InboundRequest } from '../server/exchange.ts'
import { knativeHeaders } from './names.ts'

/** Gives the request the Host that the client sent, from `K-Original-Host`, which goes (reference 5.2.9). */
export function restoreHost(request: InboundRequest): void {
  const original = request.headers.get(knativeHeaders.originalHost)
  if (original === undefined) return
  request.headers.remove(knativeHeaders.originalHost)
  if (original !== '') request.host = original
}

/** True when an activator sent the request here and counts it itself. */
export function cameThroughActivator(headers: HeaderList): boolean {
  return headers.get(knativeHeaders.proxyRequest) === 'activator'
}
