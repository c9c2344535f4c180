/** The EndpointSlices that mirror Endpoints written by hand: pure. Rules: `k8s.io/kubernetes/pkg/controller/endpointslicemirroring`. */
import { isIPv4, isIPv6 } from 'node:net'
import {
  endpoints,
  type Endpoint,
  type EndpointAddress,
  type EndpointSlice,
  type Endpoints,
  type Service
} from '@knative-ts/api/kubernetes'
import { controllerRefOf, equalJson } from '@knative-ts/kube'
import { managedByLabel, serviceNameLabel, type SlicePlan } from '../endpoint-slice/endpoint-slice.plan.ts'

export const mirroredBy = 'endpointslicemirroring-controller.k8s.io'
const skip = 'endpointslice.kubernetes.io/skip-mirror'
const leader = 'control-plane.alpha.kubernetes.io/leader'
const notMirrored = ['endpoints.kubernetes.io/last-change-trigger-time', 'kubectl.kubernetes.io/last-applied-configuration']
/** Kubernetes' default for --mirroring-max-endpoints-per-subset. */
const maxEndpoints = 1000

/** Endpoints of a Service without selector, that nobody asked to leave alone. */
export function isMirrored(source: Endpoints | undefined, service: Service | undefined): source is Endpoints {
  if (source === undefined || service === undefined || service.metadata.deletionTimestamp !== undefined) return false
  const { labels = {}, annotations = {}, deletionTimestamp } = source.metadata
  if (deletionTimestamp !== undefined || labels[skip] === 'true' || annotations[leader] !== undefined) return false
  return service.spec?.selector === undefined || Object.keys(service.spec.selector).length === 0
}

export function planMirror(source: Endpoints, existing: readonly EndpointSlice[]): SlicePlan {
  const create: EndpointSlice[] = []
  const update: EndpointSlice[] = []
  const unused = new Set(existing)
  for (const wanted of slicesOf(source)) {
    const found = [...unused].find((slice) => slice.addressType === wanted.addressType && equalJson(slice.ports ?? [], wanted.ports))
    if (found === undefined) {
      create.push(wanted)
      continue
    }
    unused.delete(found)
    const { labels = {}, annotations } = wanted.metadata
    const { annotations: _old, ...metadata } = found.metadata
    const next = { ...found, ...wanted, metadata: { ...metadata, labels, ...(annotations === undefined ? {} : { annotations }) } }
    if (!equalJson(found, next)) update.push(next)
  }
  return { create, update, remove: [...unused] }
}

function slicesOf(source: Endpoints): EndpointSlice[] {
  const slices: EndpointSlice[] = []
  for (const { addresses = [], notReadyAddresses = [], ports = [] } of source.subsets ?? []) {
    const all = [
      ...addresses.map((address) => endpointOf(address, true)),
      ...notReadyAddresses.map((address) => endpointOf(address, false))
    ]
    for (const [addressType, fits] of [
      ['IPv4', isIPv4],
      ['IPv6', isIPv6]
    ] as const) {
      const found = all.slice(0, maxEndpoints).filter((endpoint) => fits(endpoint.addresses[0] ?? ''))
      if (found.length === 0) continue
      const slicePorts = ports.map(({ name = '', protocol = 'TCP', ...port }) => ({ name, protocol, ...port }))
      slices.push({ ...emptySliceOf(source), addressType, endpoints: found, ports: slicePorts })
    }
  }
  return slices
}

function endpointOf({ ip, hostname, nodeName, targetRef }: EndpointAddress, ready: boolean): Endpoint {
  return {
    addresses: [ip],
    conditions: { ready },
    ...(hostname === undefined ? {} : { hostname }),
    ...(nodeName === undefined ? {} : { nodeName }),
    ...(targetRef === undefined ? {} : { targetRef })
  }
}

function emptySliceOf(source: Endpoints): EndpointSlice {
  const { name = '', namespace = '', labels = {}, annotations = {} } = source.metadata
  const mirrored = Object.entries(annotations).filter(([key]) => !notMirrored.includes(key))
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      generateName: `${name}-`,
      namespace,
      labels: { ...labels, [managedByLabel]: mirroredBy, [serviceNameLabel]: name },
      ...(mirrored.length === 0 ? {} : { annotations: Object.fromEntries(mirrored) }),
      ownerReferences: [controllerRefOf(source, endpoints)]
    },
    addressType: 'IPv4',
    endpoints: [],
    ports: []
  }
}
