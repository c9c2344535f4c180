/** Creates pods at once, and takes the time until all are ready. */
import { pods } from '@knative-ts/api/kubernetes'
import type * as k8s from '@knative-ts/api/kubernetes'
import type { KubeObject, Resource } from '@knative-ts/api'
import type { KubeClient } from '@knative-ts/kube'
import { until } from '../until.ts'

const namespaces: Resource<KubeObject> = { group: '', version: 'v1', kind: 'Namespace', plural: 'namespaces', namespaced: false }
const label = 'bench'

/** From the first request to the watch event that makes the last pod ready, ms. The pods' namespace is made before and removed after. */
export async function podsReady(client: KubeClient, image: string, count: number): Promise<number> {
  const namespace = `bench-pods-${process.pid}-${Date.now().toString(36)}`
  await client.create(namespaces, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } })
  try {
    // A real cluster makes the service account a moment later, and refuses pods until then.
    await until('the service account', async () => {
      const answer = await client.raw({ method: 'GET', path: `/api/v1/namespaces/${namespace}/serviceaccounts/default`, headers: {} })
      return answer.status === 200
    })
    const began = performance.now()
    const ready = allReady(client, namespace, count)
    await Promise.all(Array.from({ length: count }, (_, index) => client.create(pods, podOf(namespace, `static-${index}`, image))))
    await ready
    return performance.now() - began
  } finally {
    // A namespace may take minutes to go, but what counts for the next turn is that its pods are gone.
    const path = `/api/v1/namespaces/${namespace}/pods`
    await client.raw({ method: 'DELETE', path, headers: {} })
    await until(`the pods of ${namespace} to go`, async () => (await client.list(pods, { namespace })).items.length === 0, 180_000)
    await client.delete(namespaces, { namespace: '', name: namespace })
  }
}

function podOf(namespace: string, name: string, image: string): k8s.Pod {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace, labels: { app: label } },
    spec: {
      terminationGracePeriodSeconds: 1,
      containers: [{ name: 'static', image, imagePullPolicy: 'IfNotPresent', ports: [{ containerPort: 8080 }] }]
    }
  }
}

const isReady = (pod: k8s.Pod): boolean =>
  pod.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') === true

async function allReady(client: KubeClient, namespace: string, count: number): Promise<void> {
  const stop = new AbortController()
  const deadline = setTimeout(() => stop.abort(new Error(`${count} pods are not ready within 3 minutes`)), 180_000)
  const seen = new Set<string>()
  try {
    const { resourceVersion } = await client.list(pods, { namespace })
    for await (const event of client.watch(pods, { namespace, resourceVersion, signal: stop.signal })) {
      if (event.type !== 'ADDED' && event.type !== 'MODIFIED') continue
      if (isReady(event.object as k8s.Pod)) seen.add((event.object as k8s.Pod).metadata.name as string)
      if (seen.size === count) return
    }
    throw stop.signal.reason ?? new Error('the watch has ended')
  } finally {
    clearTimeout(deadline)
    stop.abort()
  }
}
