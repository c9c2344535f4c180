/** What is kept of objects that others make and that this role reads little of: a pod of a revision has some 20 KiB, of which 500 bytes matter here. */
import { revisionLabel, type KubeObject, type ObjectMeta } from '@knative-ts/api'
import type { Deployment, EndpointSlice, Pod } from '@knative-ts/api/kubernetes'

/** Labels that revisions and Services are found by. */
const labelsKept = [revisionLabel, 'kubernetes.io/service-name', 'networking.internal.knative.dev/serviceType']

function metaOf({ metadata }: KubeObject): ObjectMeta {
  const { name, namespace, uid, resourceVersion, creationTimestamp, deletionTimestamp, labels = {} } = metadata
  const kept = labelsKept.flatMap((label) => (labels[label] === undefined ? [] : [[label, labels[label]]]))
  const given = { name, namespace, uid, resourceVersion, creationTimestamp, deletionTimestamp }
  const there = Object.entries(given).filter(([, value]) => value !== undefined)
  return { ...Object.fromEntries(there), labels: Object.fromEntries(kept) }
}

/** Who it belongs to, where it is, how old, and whether it serves. */
export function trimmedPod(pod: Pod): Pod {
  const { phase, podIP, conditions = [] } = pod.status ?? {}
  const ready = conditions.filter(({ type }) => type === 'Ready').map(({ type, status }) => ({ type, status }))
  return {
    apiVersion: pod.apiVersion,
    kind: pod.kind,
    metadata: metaOf(pod),
    status: { ...(phase === undefined ? {} : { phase }), ...(podIP === undefined ? {} : { podIP }), conditions: ready }
  }
}

/** How many pods it is told to have. */
export function trimmedDeployment(deployment: Deployment): Deployment {
  const replicas = deployment.spec?.replicas
  const spec = replicas === undefined ? {} : { replicas }
  // What a Deployment must have is not read here.
  return {
    apiVersion: deployment.apiVersion,
    kind: deployment.kind,
    metadata: metaOf(deployment),
    spec: spec as NonNullable<Deployment['spec']>
  }
}

/** Where one endpoint of each readiness is: a single one is probed. */
export function trimmedSlice(slice: EndpointSlice): EndpointSlice {
  const { apiVersion, kind, addressType, ports, endpoints } = slice
  const first = endpoints?.find(({ conditions }) => conditions?.ready !== false)
  return {
    apiVersion,
    kind,
    addressType,
    metadata: metaOf(slice),
    ...(ports === undefined ? {} : { ports }),
    endpoints:
      first === undefined
        ? []
        : [{ addresses: first.addresses.slice(0, 1), ...(first.conditions === undefined ? {} : { conditions: first.conditions }) }]
  }
}
