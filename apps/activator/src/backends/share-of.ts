import type { EndpointSlice } from '@knative-ts/api/kubernetes'
import type { Share } from '@knative-ts/throttling'

/**
 * Our place among the activators behind a revision's public Service: the addresses of its request port, sorted as text. Undefined when we are not
 * among them, as while pods are served directly; then what was known stays (reference 4.2).
 */
export function shareOf(slices: readonly EndpointSlice[], port: number, ownAddress: string): Share | undefined {
  const portName = port === 8013 ? 'http2' : 'http'
  const serving = slices.filter(({ ports }) => ports?.some(({ name }) => name === portName) === true)
  const addresses = serving.flatMap(({ endpoints }) =>
    (endpoints ?? []).filter(({ conditions }) => conditions?.ready !== false).flatMap((endpoint) => endpoint.addresses)
  )
  const sorted = [...new Set(addresses)].sort()
  const self = sorted.indexOf(ownAddress)
  return self < 0 ? undefined : { self, activators: sorted.length }
}
