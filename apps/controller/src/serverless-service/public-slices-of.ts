import { apiVersionOf, type ServerlessService } from '@knative-ts/api'
import { endpointSlices, type Endpoint, type EndpointSlice } from '@knative-ts/api/kubernetes'
import { chooseSubset } from '@knative-ts/traffic'
import { httpsTarget, labelsOf, requestPortOf } from './services-of.ts'

/** Label of a slice: the Service that it belongs to. */
export const serviceNameLabel = 'kubernetes.io/service-name'
/** Label of a slice: who writes it. */
export const managedByLabel = 'endpointslice.kubernetes.io/managed-by'
export const managedByUs = 'serverlessservice.knative.dev'

/** The API server takes no more endpoints in one slice. */
const mostEndpoints = 1000

/** Where requests to a revision go, and why. */
export interface Backing {
  readonly via: 'pods' | 'activators'
  /** Pods that are ready. */
  readonly ready: number
}

const isReady = (endpoint: Endpoint): boolean => endpoint.conditions?.ready !== false

/** Addresses that are ready, each once. */
function readyAddresses(slices: readonly EndpointSlice[]): string[] {
  const addresses = slices.flatMap((slice) => (slice.endpoints ?? []).filter(isReady).flatMap((endpoint) => endpoint.addresses))
  return [...new Set(addresses)].sort()
}

/**
 * Decides by mode, and by who is there: a revision without pods is always behind activators, and one whose activators are gone
 * is served directly rather than not at all.
 */
export function backingOf(sks: ServerlessService, pods: readonly EndpointSlice[], activators: readonly EndpointSlice[]): Backing {
  const ready = readyAddresses(pods).length
  const proxied = sks.spec.mode === 'Proxy' || ready === 0
  return { via: proxied && readyAddresses(activators).length > 0 ? 'activators' : 'pods', ready }
}

/** The endpoints of the public Service, copied from pods or from the revision's own few activators. Slices of at most 1000. */
export function publicSlicesOf(sks: ServerlessService, from: readonly EndpointSlice[], via: Backing['via']): EndpointSlice[] {
  const { name = '', namespace = '', annotations = {} } = sks.metadata
  const chosen = new Set(
    via === 'activators' ? chooseSubset(readyAddresses(from), sks.spec.numActivators ?? 0, name) : readyAddresses(from)
  )
  const { name: portName, target } = requestPortOf(sks)
  const ports = new Map<number, string>([
    [target, portName],
    [httpsTarget, 'https']
  ])
  const served = new Set(from.flatMap((slice) => (slice.ports ?? []).flatMap((port) => port.port ?? [])))
  const made = [...byAddressType(from, chosen)].flatMap(([addressType, endpoints]) =>
    chunks(endpoints).map((part) => ({ addressType, part }))
  )
  const [fallback] = from
  const parts = made.length > 0 ? made : [{ addressType: fallback?.addressType ?? 'IPv4', part: [] }]
  return parts.map(({ addressType, part }, index) => ({
    apiVersion: apiVersionOf(endpointSlices),
    kind: endpointSlices.kind,
    metadata: {
      name: index === 0 ? name : `${name}-${index + 1}`,
      namespace,
      labels: { ...labelsOf(sks, 'Public'), [serviceNameLabel]: name, [managedByLabel]: managedByUs },
      annotations
    },
    addressType,
    endpoints: part,
    ports: [...ports].filter(([port]) => served.has(port)).map(([port, named]) => ({ name: named, protocol: 'TCP', port }))
  }))
}

function byAddressType(slices: readonly EndpointSlice[], chosen: ReadonlySet<string>): Map<string, Endpoint[]> {
  const found = new Map<string, Map<string, Endpoint>>()
  for (const slice of slices) {
    const endpoints = found.get(slice.addressType) ?? new Map<string, Endpoint>()
    for (const endpoint of (slice.endpoints ?? []).filter(isReady)) {
      for (const address of endpoint.addresses) if (chosen.has(address)) endpoints.set(address, copyOf(endpoint, address))
    }
    if (endpoints.size > 0) found.set(slice.addressType, endpoints)
  }
  return new Map([...found].map(([type, endpoints]) => [type, [...endpoints.values()].sort((a, b) => (first(a) < first(b) ? -1 : 1))]))
}

const first = (endpoint: Endpoint): string => endpoint.addresses[0] ?? ''

function copyOf({ targetRef, nodeName, zone }: Endpoint, address: string): Endpoint {
  return {
    addresses: [address],
    conditions: { ready: true },
    ...(targetRef === undefined ? {} : { targetRef }),
    ...(nodeName === undefined ? {} : { nodeName }),
    ...(zone === undefined ? {} : { zone })
  }
}

function chunks(endpoints: readonly Endpoint[]): Endpoint[][] {
  const parts: Endpoint[][] = []
  for (let at = 0; at < endpoints.length; at += mostEndpoints) parts.push(endpoints.slice(at, at + mostEndpoints))
  return parts
}
