import { podsServerName, rolesServerName, servesTls, serviceTypeLabel, type ObjectKey } from '@knative-ts/api'
import type * as k8s from '@knative-ts/api/kubernetes'
import { socketAddress } from '@knative-ts/kube'

/** Who can speak TLS. */
export interface SecureWorld {
  /** There is an authority that gateways can be told to trust. */
  readonly trusted: boolean
  /** A revision's pod; undefined while it is not known. */
  readonly podOf: (key: ObjectKey) => k8s.Pod | undefined
}

/** True for the port of a revision's Service that is for requests over TLS. */
export const isSecurePort = (service: k8s.Service, port: k8s.ServicePort): boolean =>
  port.name === 'https' && service.metadata.labels?.[serviceTypeLabel] === 'Public'

/**
 * The addresses of one ready endpoint behind a revision's port for TLS, with the name that its certificate must be of. While the platform changes to TLS,
 * and back, there are those that have no certificate yet: they are reached by the port without TLS, so that no request is lost. A pod of which nothing is
 * known yet is left out for that moment.
 */
export function securedAddressesOf(endpoint: k8s.Endpoint, slice: k8s.EndpointSlice, isActivator: boolean, world: SecureWorld): string[] {
  const { targetRef } = endpoint
  const namespace = slice.metadata.namespace ?? ''
  const numberOf = (...names: readonly string[]): number | undefined => slice.ports?.find(({ name }) => names.includes(name ?? ''))?.port
  const [secure, plain] = [numberOf('https'), numberOf('http', 'http2')]
  const pod = isActivator || targetRef?.kind !== 'Pod' ? undefined : world.podOf({ namespace, name: targetRef.name ?? '' })
  if (!isActivator && targetRef?.kind === 'Pod' && pod === undefined) return []
  const able = world.trusted && secure !== undefined && (isActivator || (pod !== undefined && servesTls(pod)))
  const number = able ? secure : plain
  if (number === undefined) return []
  const name = isActivator ? rolesServerName : podsServerName(namespace)
  return endpoint.addresses.map((address) => (able ? `${name}@` : '') + socketAddress(address, number))
}
