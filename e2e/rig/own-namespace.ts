/** Namespaces of suites: each has its own, and it goes with it. */
import { namespaces, pods, type Pod } from '@knative-ts/api/kubernetes'
import { isNotFound, type KubeClient } from '@knative-ts/kube'
import { until } from './until.ts'

const mark = { 'app.kubernetes.io/managed-by': 'knative-ts-e2e' }

/** Seconds that a pod of a suite that has ended may take: nobody waits for its last answers. */
const grace = 2

/** Makes a namespace whose name begins with `e2e-`, the suite's name, and gives its name. */
export async function createNamespace(client: KubeClient, suite: string): Promise<string> {
  const name = `e2e-${suite}-${Date.now().toString(36)}`
  await client.create(namespaces, { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels: mark } })
  return name
}

/** Has all in it removed; does not wait for it, see {@link noNamespaceLeft}. */
export async function discardNamespace(client: KubeClient, name: string): Promise<void> {
  await client.delete(namespaces, { namespace: '', name })
  // No pod can be made in it any more. A namespace in which pods are found is looked at again after half of their grace, which is 150 s here.
  const { items } = await client.list<Pod>(pods, { namespace: name })
  for (const { metadata } of items) {
    await client.delete(pods, { namespace: name, name: metadata.name ?? '' }, { gracePeriodSeconds: grace }).catch((error: unknown) => {
      if (!isNotFound(error)) throw error
    })
  }
}

/** Resolves when no suite's namespace is there; rejects with what those that stay say of themselves. */
export async function noNamespaceLeft(client: KubeClient, withinMs: number): Promise<void> {
  const labelSelector = Object.entries(mark)
    .map(([key, value]) => `${key}=${value}`)
    .join(',')
  const gone = async (): Promise<true> => {
    const { items } = await client.list(namespaces, { labelSelector })
    if (items.length === 0) return true
    throw new Error(items.map(({ metadata, status }) => `${metadata.name}: ${JSON.stringify(status)}`).join('; '))
  }
  await until('all namespaces of suites are gone', gone, withinMs, 500)
}
