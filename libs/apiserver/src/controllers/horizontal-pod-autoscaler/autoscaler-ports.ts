/** What an autoscaler asks of the cluster: the scale of its target, and what the target's pods use. */
import { keyOf, type ObjectKey, type Resource } from '@knative-ts/api'
import type { CrossVersionObjectReference, HorizontalPodAutoscaler } from '@knative-ts/api/kubernetes'
import { ApiError, errorText, type KubeClient, objectPath, type Status } from '@knative-ts/kube'
import type { PodMetrics } from '../../usage/usage-objects.ts'
import type { ResourceTypes } from '../live-objects.ts'

/** The target's scale as it is now. */
export interface TargetScale {
  readonly replicas: number
  /** Label selector of its pods, as text; '' when the target has none. */
  readonly selector: string
  /** Rejects with the server's refusal. */
  rescale(replicas: number): Promise<void>
}

export interface AutoscalerPorts {
  /** Rejects with a sentence when the target is of no known kind, is not there, or has no scale. */
  scaleOf(autoscaler: HorizontalPodAutoscaler): Promise<TargetScale>
  /** Rejects with a sentence when the metrics API is not there or refuses. */
  usageOf(namespace: string, selector: string): Promise<readonly PodMetrics[]>
}

const podMetrics: Resource<PodMetrics> = {
  group: 'metrics.k8s.io',
  version: 'v1beta1',
  plural: 'pods',
  kind: 'PodMetrics',
  namespaced: true
}

export function autoscalerPorts(client: KubeClient, types: ResourceTypes): AutoscalerPorts {
  const resourceOf = ({ apiVersion = '', kind }: CrossVersionObjectReference): Resource => {
    const group = apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : ''
    const found = types.resourceTypes().find((one) => one.group === group && one.kind === kind)
    if (found === undefined) throw new Error(`no matches for kind "${kind}" in group "${group}"`)
    return found
  }
  return {
    async scaleOf(autoscaler) {
      const reference = autoscaler.spec?.scaleTargetRef ?? { kind: '', name: '' }
      const resource = resourceOf(reference)
      const key: ObjectKey = { namespace: keyOf(autoscaler).namespace, name: reference.name }
      const answer = await client.raw({ method: 'GET', path: objectPath(resource, key, 'scale') })
      const body = JSON.parse(answer.body) as { spec?: { replicas?: number }; status?: { selector?: string } }
      if (answer.status !== 200) throw new ApiError(body as unknown as Status)
      return {
        replicas: body.spec?.replicas ?? 0,
        selector: body.status?.selector ?? '',
        rescale: async (replicas) => {
          await client.patch(resource, key, { type: 'merge', body: { spec: { replicas } } }, { subresource: 'scale' })
        }
      }
    },
    async usageOf(namespace, labelSelector) {
      try {
        return (await client.list(podMetrics, { namespace, labelSelector })).items
      } catch (error) {
        const missing = error instanceof ApiError && error.code === 404 ? ' (get pods.metrics.k8s.io)' : ''
        const why = errorText(error)
        throw new Error(`unable to fetch metrics from resource metrics API: ${why}${missing}`, { cause: error })
      }
    }
  }
}
