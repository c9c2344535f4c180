import type { Exchange } from '@knative-ts/proxy'

/** Upstream's words (reference 5.5), and when to come again: a second is what a pod needs to come, or a queue to move. */
const busy = { 'Content-Type': 'text/plain; charset=utf-8', 'X-Content-Type-Options': 'nosniff', 'Retry-After': '1' }

/** Refuses a request for which there is no room. */
export function refuseBusy(exchange: Pick<Exchange, 'respond'>): void {
  exchange.respond(503, busy, 'pending request queue full\n')
}
