import type * as k8s from '@knative-ts/api/kubernetes'
import { pods } from '@knative-ts/api/kubernetes'
import { ApiError, type KubeClient, secondTime, type Status } from '@knative-ts/kube'
import type { PodName } from '../network/network.ts'

/** Binds a pod to the node, as a scheduler does. Rejects with ApiError. */
export async function bind(client: KubeClient, { namespace, name, uid }: PodName, nodeName: string): Promise<void> {
  const response = await client.raw({
    method: 'POST',
    path: `/api/v1/namespaces/${namespace}/pods/${name}/binding`,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      apiVersion: 'v1',
      kind: 'Binding',
      metadata: { namespace, name, uid },
      target: { apiVersion: 'v1', kind: 'Node', name: nodeName }
    })
  })
  if (response.status >= 400) throw new ApiError(JSON.parse(response.body) as Status)
}

/** Writes PodScheduled=False, Unschedulable. */
export async function refuse(client: KubeClient, pod: k8s.Pod, message: string): Promise<void> {
  const { namespace = '', name = '', uid } = pod.metadata
  const old = pod.status?.conditions?.find(({ type }) => type === 'PodScheduled')
  if (old?.status === 'False' && old.message === message) return
  const condition = {
    type: 'PodScheduled',
    ...(pod.metadata.generation === undefined ? {} : { observedGeneration: pod.metadata.generation }),
    status: 'False',
    reason: 'Unschedulable',
    message,
    lastTransitionTime: old?.lastTransitionTime ?? secondTime(Date.now())
  }
  const others = (pod.status?.conditions ?? []).filter(({ type }) => type !== 'PodScheduled')
  const body = { metadata: { uid }, status: { phase: 'Pending', conditions: [...others, condition] } }
  await client.patch(pods, { namespace, name }, { type: 'merge', body }, { subresource: 'status' })
}
