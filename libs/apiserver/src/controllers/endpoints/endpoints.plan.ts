/** The Endpoints of a Service with a selector: pure. Rules: `k8s.io/kubernetes/pkg/controller/endpoint` of 1.34. */
import type { EndpointAddress, EndpointPort, EndpointSubset, Endpoints, Pod, Service } from '@knative-ts/api/kubernetes'
import { portsOn } from '../endpoint-slice/endpoint-slice.plan.ts'
import { hasEnded, isReady } from '../pod-state.ts'

export const managedByLabel = 'endpoints.kubernetes.io/managed-by'
export const managedBy = 'endpoint-controller'
const headlessLabel = 'service.kubernetes.io/headless'

/** `current`: what is there now; its labels beyond the Service's, and its annotations, go. */
export function endpointsOf(service: Service, selected: readonly Pod[], current: Endpoints | undefined): Endpoints {
  const { name = '', namespace = '', labels = {} } = service.metadata
  const { labels: _labels, annotations: _annotations, ...kept } = current?.metadata ?? {}
  const headless = service.spec?.clusterIP === 'None' ? { [headlessLabel]: '' } : {}
  const subsets = subsetsOf(service, selected)
  return {
    apiVersion: 'v1',
    kind: 'Endpoints',
    metadata: { ...kept, name, namespace, labels: { ...labels, [managedByLabel]: managedBy, ...headless } },
    ...(subsets.length === 0 ? {} : { subsets })
  }
}

/** One subset for each meaning of the Service's ports; a pod is in it as ready or as not. */
function subsetsOf(service: Service, selected: readonly Pod[]): EndpointSubset[] {
  const everybody = service.spec?.publishNotReadyAddresses === true
  const subsets = new Map<string, { ready: EndpointAddress[]; unready: EndpointAddress[]; ports: EndpointPort[] }>()
  for (const pod of [...selected].sort((a, b) => ((a.status?.podIP ?? '') < (b.status?.podIP ?? '') ? -1 : 1))) {
    const ip = pod.status?.podIP ?? ''
    if (ip === '' || hasEnded(pod) || (pod.metadata.deletionTimestamp !== undefined && !everybody)) continue
    const ports = portsOn(service, pod).map(({ name, ...port }) => ({ ...(name ? { name } : {}), ...port }) as EndpointPort)
    if (ports.length === 0 && (service.spec?.ports ?? []).length > 0) continue
    const key = JSON.stringify(ports)
    const subset = subsets.get(key) ?? { ready: [], unready: [], ports }
    subset[everybody || isReady(pod) ? 'ready' : 'unready'].push(addressOf(service, pod, ip))
    subsets.set(key, subset)
  }
  return [...subsets.values()].map(({ ready, unready, ports }) => ({
    ...(ready.length === 0 ? {} : { addresses: ready }),
    ...(unready.length === 0 ? {} : { notReadyAddresses: unready }),
    ...(ports.length === 0 ? {} : { ports })
  }))
}

function addressOf(service: Service, { metadata, spec }: Pod, ip: string): EndpointAddress {
  const { namespace = '', name = '', uid = '' } = metadata
  const hostname = spec?.subdomain === service.metadata.name ? spec?.hostname : undefined
  return {
    ip,
    ...(hostname === undefined ? {} : { hostname }),
    ...(spec?.nodeName === undefined ? {} : { nodeName: spec.nodeName }),
    targetRef: { kind: 'Pod', namespace, name, uid }
  }
}
