/** The EndpointSlices of one Service: pure. Rules: `k8s.io/endpointslice` and the recorded answers of a real controller. */
import type { DiscoveryEndpointPort, Endpoint, EndpointSlice, Pod, Service, ServicePort } from '@knative-ts/api/kubernetes'
import { services } from '@knative-ts/api/kubernetes'
import { controllerRefOf, equalJson } from '@knative-ts/kube'
import { hasEnded, isReady } from '../pod-state.ts'

export const managedBy = 'endpointslice-controller.k8s.io'
export const managedByLabel = 'endpointslice.kubernetes.io/managed-by'
export const serviceNameLabel = 'kubernetes.io/service-name'
const headlessLabel = 'service.kubernetes.io/headless'
/** Kubernetes' default for --max-endpoints-per-slice. */
const maxEndpoints = 100

export interface SlicePlan {
  readonly create: readonly EndpointSlice[]
  readonly update: readonly EndpointSlice[]
  readonly remove: readonly EndpointSlice[]
}

/** `selected`: the pods that the Service's selector selects. `existing`: the Service's slices that this controller manages. */
export function planSlices(service: Service, selected: readonly Pod[], existing: readonly EndpointSlice[]): SlicePlan {
  const create: EndpointSlice[] = []
  const update: EndpointSlice[] = []
  const unused = new Set(existing)
  for (const { ports, endpoints } of groupsOf(service, selected)) {
    let rest = endpoints
    const fits = [...unused].filter((slice) => slice.addressType === 'IPv4' && equalJson(slice.ports ?? [], ports))
    // An empty slice has no ports of its own and may become any.
    const reusable = fits.length > 0 ? fits : [...unused].filter((slice) => (slice.endpoints ?? []).length === 0).slice(0, 1)
    for (const slice of reusable) {
      if (rest.length === 0 && endpoints.length > 0) break
      unused.delete(slice)
      const kept = keepPlaces(slice, rest)
      rest = rest.filter((endpoint) => !kept.includes(endpoint))
      const next = labelled(service, { ...slice, ports: [...ports], endpoints: kept })
      // The server writes an empty list as null.
      if (!equalJson({ ...slice, ports: slice.ports ?? [], endpoints: slice.endpoints ?? [] }, next)) update.push(next)
      if (endpoints.length === 0) break
    }
    for (let from = 0; from < rest.length || (endpoints.length === 0 && reusable.length === 0 && from === 0); from += maxEndpoints) {
      create.push(newSlice(service, ports, rest.slice(from, from + maxEndpoints)))
    }
  }
  return { create, update, remove: [...unused] }
}

interface Group {
  readonly ports: readonly DiscoveryEndpointPort[]
  readonly endpoints: readonly Endpoint[]
}

/** Pods grouped by the ports that the Service's target ports mean on them: a named one may differ from pod to pod. */
function groupsOf(service: Service, selected: readonly Pod[]): readonly Group[] {
  const groups = new Map<string, { ports: DiscoveryEndpointPort[]; endpoints: Endpoint[] }>()
  for (const pod of [...selected].sort((a, b) => ((a.metadata.name ?? '') < (b.metadata.name ?? '') ? -1 : 1))) {
    const address = pod.status?.podIP
    if (address === undefined || address === '' || hasEnded(pod)) continue
    const ports = portsOn(service, pod)
    const name = JSON.stringify(ports)
    const group = groups.get(name) ?? { ports, endpoints: [] }
    group.endpoints.push(endpointOf(service, pod, address))
    groups.set(name, group)
  }
  // A Service without endpoints keeps one empty slice: consumers see that it is known.
  return groups.size === 0 ? [{ ports: [], endpoints: [] }] : [...groups.values()]
}

/** The ports that the target ports of a Service mean on a pod. */
export function portsOn(service: Service, pod: Pod): DiscoveryEndpointPort[] {
  return (service.spec?.ports ?? []).flatMap((port) => {
    const number = targetPort(port, pod)
    if (number === undefined) return []
    const { appProtocol } = port
    return [
      { name: port.name ?? '', protocol: port.protocol ?? 'TCP', port: number, ...(appProtocol === undefined ? {} : { appProtocol }) }
    ]
  })
}

function targetPort(port: ServicePort, pod: Pod): number | undefined {
  const target = port.targetPort ?? port.port
  if (typeof target === 'number') return target === 0 ? port.port : target
  const sidecars = (pod.spec?.initContainers ?? []).filter((container) => container.restartPolicy === 'Always')
  for (const container of [...(pod.spec?.containers ?? []), ...sidecars]) {
    const found = container.ports?.find(
      (candidate) => candidate.name === target && (candidate.protocol ?? 'TCP') === (port.protocol ?? 'TCP')
    )
    if (found !== undefined) return found.containerPort
  }
  return undefined
}

function endpointOf(service: Service, pod: Pod, address: string): Endpoint {
  const serving = isReady(pod)
  const terminating = pod.metadata.deletionTimestamp !== undefined
  const ready = service.spec?.publishNotReadyAddresses === true || (serving && !terminating)
  const { namespace = '', name = '', uid = '' } = pod.metadata
  const hostname = pod.spec?.subdomain === service.metadata.name ? pod.spec?.hostname : undefined
  const nodeName = pod.spec?.nodeName
  return {
    addresses: [address],
    conditions: { ready, serving, terminating },
    targetRef: { kind: 'Pod', namespace, name, uid },
    ...(nodeName === undefined ? {} : { nodeName }),
    ...(hostname === undefined ? {} : { hostname })
  }
}

/** The endpoints for this slice: ones that are in it keep their place, then new ones while there is room. */
function keepPlaces(slice: EndpointSlice, wanted: readonly Endpoint[]): Endpoint[] {
  const byPod = new Map(wanted.map((endpoint) => [endpoint.targetRef?.uid, endpoint]))
  const kept = (slice.endpoints ?? []).flatMap((endpoint) => byPod.get(endpoint.targetRef?.uid) ?? [])
  const more = wanted.filter((endpoint) => !kept.includes(endpoint))
  return [...kept, ...more.slice(0, maxEndpoints - kept.length)]
}

function labelled(service: Service, slice: EndpointSlice): EndpointSlice {
  return { ...slice, metadata: { ...slice.metadata, labels: labelsOf(service) } }
}

function labelsOf(service: Service): Record<string, string> {
  const { [headlessLabel]: _headless, ...labels } = service.metadata.labels ?? {}
  const headless = service.spec?.clusterIP === 'None' ? { [headlessLabel]: '' } : {}
  return { ...labels, [managedByLabel]: managedBy, [serviceNameLabel]: service.metadata.name ?? '', ...headless }
}

function newSlice(service: Service, ports: readonly DiscoveryEndpointPort[], endpoints: readonly Endpoint[]): EndpointSlice {
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      generateName: `${service.metadata.name}-`,
      namespace: service.metadata.namespace ?? '',
      labels: labelsOf(service),
      ownerReferences: [controllerRefOf(service, services)]
    },
    addressType: 'IPv4',
    endpoints: [...endpoints],
    ports: [...ports]
  }
}
