import type * as k8s from '@knative-ts/api/kubernetes'
import { socketAddress } from '@knative-ts/kube'
import type { routing } from '@knative-ts/wire'
import { isSecurePort, securedAddressesOf, type SecureWorld } from './secured-addresses-of.ts'

/** `namespace/service:port` taken apart; port is a number or a name. */
export interface BackendKey {
  readonly service: string
  readonly port: string
}

/** Splits a backend's key into the Service (`namespace/name`) and its port. */
export function parseBackendKey(key: string): BackendKey {
  const colon = key.lastIndexOf(':')
  return { service: key.slice(0, colon), port: key.slice(colon + 1) }
}

/**
 * The addresses behind one port of one Service, from its endpoint slices. Empty while there are none, or when the Service does not have
 * the port; an ExternalName Service need not list any, as it is but another name of a host. Addresses are activators when their pods are those of the system namespace's activator.
 */
export function backendOf(
  key: string,
  service: k8s.Service | undefined,
  slices: readonly k8s.EndpointSlice[],
  systemNamespace: string,
  secure: SecureWorld
): routing.Backend {
  const wanted = parseBackendKey(key).port
  const port = portOf(service?.spec, wanted)
  const secured = service !== undefined && port !== undefined && isSecurePort(service, port)
  // Over TLS there is one port for both.
  const h2c = (secured ? (service.spec?.ports ?? []) : [port]).some((each) => each !== undefined && speaksHttp2(each))
  if (service === undefined || port === undefined) return { key, addresses: [], h2c, activators: false }
  if (service.spec?.type === 'ExternalName')
    return { key, addresses: [`${service.spec.externalName}:${port.port}`], h2c, activators: false }
  const addresses = new Set<string>()
  let activators = 0
  for (const slice of slices) {
    const number = slice.ports?.find((p) => (p.name ?? '') === (port.name ?? ''))?.port
    if (number === undefined && !secured) continue
    for (const endpoint of slice.endpoints ?? []) {
      if (endpoint.conditions?.ready === false) continue
      const isActivator = endpoint.targetRef?.namespace === systemNamespace && endpoint.targetRef.name?.startsWith('activator-') === true
      if (isActivator) activators++
      const found = secured
        ? securedAddressesOf(endpoint, slice, isActivator, secure)
        : endpoint.addresses.map((address) => socketAddress(address, number ?? 0))
      for (const address of found) addresses.add(address)
    }
  }
  return { key, addresses: [...addresses].sort(), h2c, activators: activators > 0 }
}

function portOf(spec: k8s.ServiceSpec | undefined, wanted: string): k8s.ServicePort | undefined {
  const listed = spec?.ports?.find((port) => String(port.port) === wanted || port.name === wanted)
  return listed ?? (spec?.type === 'ExternalName' && /^[0-9]+$/.test(wanted) ? { port: Number(wanted) } : undefined)
}

const speaksHttp2 = ({ appProtocol, name }: k8s.ServicePort): boolean =>
  appProtocol === 'kubernetes.io/h2c' || name === 'http2' || name === 'h2c'
