/** What the benchmarks of a cluster create. */
import type { Service } from '@knative-ts/api'
import type { Pod } from '@knative-ts/api/kubernetes'
import type { Cluster } from './cluster.ts'

/** A Service of one container with annotations on its template. */
export function serviceIn({ namespace, image }: Cluster, name: string, annotations: Readonly<Record<string, string>> = {}): Service {
  return {
    apiVersion: 'serving.knative.dev/v1',
    kind: 'Service',
    metadata: { name, namespace },
    spec: { template: { metadata: { annotations: { ...annotations } }, spec: { containers: [{ image }] } } }
  } as Service
}

/** The same container in a pod and nothing else: the least that Kubernetes can start. The kubelet calls it ready as soon as it knows that it runs. */
export function barePodIn({ namespace, image }: Cluster, name: string): Pod {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace },
    spec: { containers: [{ name: 'user', image }], terminationGracePeriodSeconds: 1 }
  }
}

export function isPodReady({ status }: Pod): boolean {
  return status?.conditions?.some(({ type, status: value }) => type === 'Ready' && value === 'True') ?? false
}
