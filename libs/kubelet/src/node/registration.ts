/** Keeps the Node object and its Lease. */
import type { KubeObject } from '@knative-ts/api'
import { namespaces, nodes } from '@knative-ts/api/kubernetes'
import { ApiError, isAlreadyExists, isNotFound, type KubeClient, type Lease, leases, type Log } from '@knative-ts/kube'
import { setTimeout as wait } from 'node:timers/promises'
import type { NetworkFacts } from '../network/network.ts'
import { microTimeText, timeText } from '../time.ts'
import { nodeOf } from './node-of.ts'

const leaseNamespace = 'kube-node-lease'
/** Kubernetes' own: renewed every 10 s, good for 40 s. */
const renewMs = 10_000
const leaseSeconds = 40

/** Writes the Node, then renews its Lease until `signal` aborts. Resolves when the Node is written. */
export async function register(client: KubeClient, name: string, facts: NetworkFacts, log: Log, signal: AbortSignal): Promise<void> {
  const node = nodeOf(name, facts, timeText())
  const key = { namespace: '', name }
  try {
    await client.create(nodes, node)
  } catch (error) {
    if (!isAlreadyExists(error)) throw error
    await client.patch(nodes, key, { type: 'merge', body: { metadata: { labels: node.metadata.labels }, spec: node.spec } })
  }
  await client.patch(nodes, key, { type: 'merge', body: { status: node.status } }, { subresource: 'status' })
  void renewUntil(client, name, log, signal)
}

async function renewUntil(client: KubeClient, name: string, log: Log, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await renew(client, name).catch((error: unknown) => {
      if (!signal.aborted) log.warn({ error }, 'cannot renew the lease of the node')
    })
    // Only an abort can reject here, and it ends the loop.
    await wait(renewMs, undefined, { signal, ref: false }).catch(() => undefined)
  }
}

async function renew(client: KubeClient, name: string): Promise<void> {
  const spec = { holderIdentity: name, leaseDurationSeconds: leaseSeconds, renewTime: microTimeText() }
  const lease: Lease = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { namespace: leaseNamespace, name }, spec }
  try {
    await client.patch(leases, { namespace: leaseNamespace, name }, { type: 'merge', body: { spec } })
  } catch (error) {
    if (!isNotFound(error)) throw error
    await createNamespace(client)
    await client.create(leases, lease)
  }
}

async function createNamespace(client: KubeClient): Promise<void> {
  const namespace: KubeObject = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: leaseNamespace } }
  await client.create(namespaces, namespace).catch((error: unknown) => {
    // Most API servers make it themselves.
    if (!(error instanceof ApiError) || error.code !== 409) throw error
  })
}
