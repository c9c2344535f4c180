/** What a `fieldRef` or a `resourceFieldRef` may name, and its text. */
import type * as k8s from '@knative-ts/api/kubernetes'
import { parseQuantity } from '../quantity.ts'

/** What the node knows of a running pod beyond the object itself. */
export interface PodFacts {
  readonly nodeName: string
  readonly hostAddress: string
  readonly podAddress: string
}

/**
 * The text of one downward API field. Maps (`metadata.labels`) are printed as the kubelet prints them into files: sorted `key="value"` lines.
 * Throws for a field that the downward API does not offer.
 */
export function fieldText(pod: k8s.Pod, path: string, facts: PodFacts): string {
  const { metadata, spec } = pod
  const entry = /^metadata\.(labels|annotations)\['([^']+)'\]$/.exec(path)
  if (entry !== null) return metadata[entry[1] as 'labels' | 'annotations']?.[entry[2] as string] ?? ''
  switch (path) {
    case 'metadata.name':
      return metadata.name ?? ''
    case 'metadata.namespace':
      return metadata.namespace ?? ''
    case 'metadata.uid':
      return metadata.uid ?? ''
    case 'metadata.labels':
      return mapText(metadata.labels)
    case 'metadata.annotations':
      return mapText(metadata.annotations)
    case 'spec.nodeName':
      return facts.nodeName
    case 'spec.serviceAccountName':
      return spec?.serviceAccountName ?? 'default'
    case 'status.hostIP':
    case 'status.hostIPs':
      return facts.hostAddress
    case 'status.podIP':
    case 'status.podIPs':
      return facts.podAddress
    default:
      throw new Error(`field "${path}" is not one of the downward API's fields`)
  }
}

function mapText(map: Record<string, string> | undefined): string {
  return Object.entries(map ?? {})
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${key}=${JSON.stringify(value)}`)
    .join('\n')
}

/** What the node offers to a container without a limit. */
export interface Allocatable {
  readonly cpu: number
  readonly memoryBytes: number
}

/** The text of `limits.cpu`, `requests.memory` and so on, rounded up to whole divisors. A limit that is not set is the node's capacity. */
export function resourceText(pod: k8s.Pod, container: string, ref: k8s.ResourceFieldSelector, node: Allocatable): string {
  const name = ref.containerName === undefined || ref.containerName === '' ? container : ref.containerName
  const found = [...(pod.spec?.containers ?? []), ...(pod.spec?.initContainers ?? [])].find((each) => each.name === name)
  if (found === undefined) throw new Error(`resourceFieldRef names container "${name}", which the pod does not have`)
  const [kind, resource] = ref.resource.split('.', 2) as ['limits' | 'requests', string]
  const own = found.resources?.[kind]?.[resource] ?? (kind === 'requests' ? found.resources?.limits?.[resource] : undefined)
  const fallback: Record<string, number> = kind === 'limits' ? { cpu: node.cpu, memory: node.memoryBytes } : {}
  const amount = own === undefined ? (fallback[resource] ?? 0) : parseQuantity(own)
  const divisor = parseQuantity(ref.divisor === undefined || ref.divisor === '0' || ref.divisor === '' ? '1' : ref.divisor)
  return String(Math.ceil(amount / divisor - 1e-9))
}
