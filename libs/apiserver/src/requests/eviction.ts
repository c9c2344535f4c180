/** pods/eviction: a deletion that disruption budgets may refuse. */
import type { KubeObject } from '@knative-ts/api'
import type * as k8s from '@knative-ts/api/kubernetes'
import { failure } from '../http/errors.ts'
import type { Call, World } from './call.ts'
import { deleteOptionsOf } from './delete-options.ts'
import { remove } from './delete.ts'
import { get } from './get.ts'
import { compileLabelSelector } from './label-selector.ts'

/** Deletes the pod, unless a budget is used up (429). */
export async function evict(world: World, call: Call, eviction: k8s.Eviction): Promise<KubeObject> {
  const { object } = get(world, call)
  const pod = object as k8s.Pod
  const isDone = pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed'
  const budgets = isDone ? [] : world.store.list('policy/poddisruptionbudgets', call.namespace)
  for (const stored of budgets) {
    const budget = stored.object as k8s.PodDisruptionBudget
    if (budget.spec?.selector === undefined || !compileLabelSelector(budget.spec.selector)(pod.metadata.labels)) continue
    if ((budget.status?.disruptionsAllowed ?? 0) > 0) continue
    const message = `The disruption budget ${budget.metadata.name} needs ${budget.status?.desiredHealthy ?? 0} healthy pods and has ${budget.status?.currentHealthy ?? 0} currently`
    throw failure(429, 'TooManyRequests', "Cannot evict pod as it would violate the pod's disruption budget.", {
      causes: [{ reason: 'DisruptionBudget', message }]
    })
  }
  await remove(world, { ...call, subresource: '' }, deleteOptionsOf(new URLSearchParams(), eviction.deleteOptions))
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success' } as KubeObject
}
