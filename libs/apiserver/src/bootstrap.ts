/** What every cluster has from its first moment: namespaces, default roles, system priorities, and the Service of the API server itself. */
import { randomUUID } from 'node:crypto'
import type { KubeObject } from '@knative-ts/api'
import type * as k8s from '@knative-ts/api/kubernetes'
import { secondTime } from '@knative-ts/kube'
import { ensureBootstrapPolicy } from './auth/ensure-bootstrap-policy.ts'
import type { ObjectStore, StoreKey } from './store/object-store.ts'

const NAMESPACES = ['default', 'kube-system', 'kube-public', 'kube-node-lease']

/** Where pods find the API server: `clusterIP:443` stands for `advertise:port`. */
export interface SelfAddress {
  readonly clusterIP: string
  readonly advertise: string
  readonly port: number
}

/** Writes what is missing; resolves when it is durable. */
export async function bootstrap(store: ObjectStore, self: SelfAddress, now: number): Promise<void> {
  await ensureBootstrapPolicy(store, new Date(now))
  await Promise.all(NAMESPACES.map((name) => ensure(store, { resource: '/namespaces', namespace: '', name }, () => namespaceOf(name), now)))
  const classes = 'scheduling.k8s.io/priorityclasses'
  await Promise.all(
    SYSTEM_CLASSES.map((one) => ensure(store, { resource: classes, namespace: '', name: one.metadata.name ?? '' }, () => one, now))
  )
  const service = { resource: '/services', namespace: 'default', name: 'kubernetes' }
  await ensure(store, service, () => serviceOf(self), now)
  const slice = { resource: 'discovery.k8s.io/endpointslices', namespace: 'default', name: 'kubernetes' }
  await put(store, slice, (current) => sliceOf(self, current as k8s.EndpointSlice | undefined), now)
}

function ensure(store: ObjectStore, key: StoreKey, make: () => KubeObject, now: number): Promise<unknown> {
  return put(store, key, (current) => current ?? make(), now)
}

async function put(store: ObjectStore, key: StoreKey, make: (current: KubeObject | undefined) => KubeObject, now: number): Promise<void> {
  await store.write(key, (current) => {
    const object = make(current?.object)
    if (current !== undefined && (object === current.object || JSON.stringify(object) === current.json)) return { kind: 'unchanged' }
    const { uid = randomUUID(), creationTimestamp = secondTime(now) } = current?.object.metadata ?? {}
    return { kind: 'put', object: { ...object, metadata: { ...object.metadata, uid, creationTimestamp } } }
  })
}

const systemClass = (name: string, value: number, description: string): k8s.PriorityClass => ({
  kind: 'PriorityClass',
  apiVersion: 'scheduling.k8s.io/v1',
  metadata: { name, generation: 1 },
  value,
  description,
  preemptionPolicy: 'PreemptLowerPriority'
})

const SYSTEM_CLASSES: readonly k8s.PriorityClass[] = [
  systemClass(
    'system-cluster-critical',
    2_000_000_000,
    'Used for system critical pods that must run in the cluster, but can be moved to another node if necessary.'
  ),
  systemClass('system-node-critical', 2_000_001_000, 'Used for system critical pods that must not be moved from their current node.')
]

const namespaceOf = (name: string): k8s.Namespace => ({
  kind: 'Namespace',
  apiVersion: 'v1',
  metadata: { name, labels: { 'kubernetes.io/metadata.name': name } },
  spec: { finalizers: ['kubernetes'] },
  status: { phase: 'Active' }
})

const LABELS = { component: 'apiserver', provider: 'kubernetes' }

const serviceOf = ({ clusterIP, port }: SelfAddress): k8s.Service => ({
  kind: 'Service',
  apiVersion: 'v1',
  metadata: { name: 'kubernetes', namespace: 'default', labels: LABELS },
  spec: {
    ports: [{ name: 'https', protocol: 'TCP', port: 443, targetPort: port }],
    clusterIP,
    clusterIPs: [clusterIP],
    type: 'ClusterIP',
    sessionAffinity: 'None',
    ipFamilies: ['IPv4'],
    ipFamilyPolicy: 'SingleStack',
    internalTrafficPolicy: 'Cluster'
  },
  status: { loadBalancer: {} }
})

/** Follows the address that the server has now: its port may differ from one start to the next. */
function sliceOf({ advertise, port }: SelfAddress, current: k8s.EndpointSlice | undefined): k8s.EndpointSlice {
  return {
    kind: 'EndpointSlice',
    apiVersion: 'discovery.k8s.io/v1',
    metadata: {
      ...current?.metadata,
      name: 'kubernetes',
      namespace: 'default',
      generation: current?.metadata.generation ?? 1,
      labels: { 'kubernetes.io/service-name': 'kubernetes' }
    },
    addressType: 'IPv4',
    endpoints: [{ addresses: [advertise], conditions: { ready: true } }],
    ports: [{ name: 'https', protocol: 'TCP', port }]
  }
}
