import type { Exchange } from '../server/exchange.ts'
import type { HeaderList } from '../header-list.ts'
import { refuse } from '../server/refuse.ts'

/** Marks a probe, and names whom it is for (Knative networking). */
export const networkProbeHeader = 'K-Network-Probe'
/** The version of the routes that answered a probe. */
export const networkHashHeader = 'K-Network-Hash'

/** Value of `K-Network-Probe`; undefined when absent or empty. `probe`, `queue` and `activator` are the values in use. */
export function networkProbe(headers: HeaderList): string | undefined {
  const value = headers.get(networkProbeHeader)
  return value === '' ? undefined : value
}

/** True for the ingress status prober's request (`K-Network-Probe: probe`), which activator and queue-proxy answer themselves. */
export function isIngressProbe(headers: HeaderList): boolean {
  return headers.get(networkProbeHeader) === 'probe'
}

/** Answers an ingress probe: 200 with the hash echoed; 400 without one. */
export function answerIngressProbe(exchange: Exchange): void {
  const hash = exchange.request.headers.get(networkHashHeader)
  if (hash === undefined || hash === '') {
    refuse(exchange, 400, `a probe request must contain a non-empty "${networkHashHeader}" header`)
    return
  }
  exchange.respond(200, { [networkHashHeader]: hash })
}
