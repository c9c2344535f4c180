/** pods/eviction: a deletion that disruption budgets may refuse. Rules: `k8s.io/kubernetes/pkg/registry/core/pod/storage/eviction.go`. */
import type { KubeObject } from '@knative-ts/api'
import type * as k8s from '@knative-ts/api/kubernetes'
import { secondTime } from '@knative-ts/kube'
import { withAllowed } from '../controllers/disruption-budget/disruption-budget.plan.ts'
import { isReady } from '../controllers/pod-state.ts'
import { badRequest, failure, plainFailure } from '../http/errors.ts'
import { type Call, type World } from './call.ts'
import { deleteOptionsOf } from './delete-options.ts'
import { remove } from './delete.ts'
import { get } from './get.ts'
import { compileLabelSelector } from './label-selector.ts'
import { update } from './update.ts'

const BUDGETS = 'policy/poddisruptionbudgets'
const REFUSED = "Cannot evict pod as it would violate the pod's disruption budget."
const MANY = 'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.'

/** Deletes the pod, unless a budget is used up (429). */
export async function evict(world: World, call: Call, eviction: k8s.Eviction): Promise<KubeObject> {
  const named = eviction.metadata?.name
  if (named !== undefined && named !== '' && named !== call.name) throw badRequest('name in URL does not match name in Eviction object')
  const { object } = get(world, call)
  const pod = object as k8s.Pod
  const options = deleteOptionsOf(new URLSearchParams(), eviction.deleteOptions)
  const dryRun = call.dryRun || options.dryRun === true
  if (isBudgeted(pod)) {
    const budgets = world.store
      .list(BUDGETS, call.namespace)
      .map((stored) => stored.object as k8s.PodDisruptionBudget)
      .filter(({ spec }) => spec?.selector !== undefined && compileLabelSelector(spec.selector)(pod.metadata.labels))
    if (budgets.length > 1) throw plainFailure(MANY)
    for (const budget of budgets) await spend(world, budget, pod, dryRun)
    if (!dryRun) await markTarget(world, call)
  }
  await remove(world, { ...call, subresource: '', dryRun }, options)
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success' } as KubeObject
}

/** A pod that serves nobody yet, any more, or is leaving anyway, costs no budget. */
function isBudgeted({ status, metadata }: k8s.Pod): boolean {
  return metadata.deletionTimestamp === undefined && !['Succeeded', 'Failed', 'Pending'].includes(status?.phase ?? '')
}

/** Takes one disruption off the budget, in one write, so that two evictions never spend the same one. */
async function spend(world: World, budget: k8s.PodDisruptionBudget, pod: k8s.Pod, dryRun: boolean): Promise<void> {
  const { namespace = '', name = '' } = budget.metadata
  await world.store.write({ resource: BUDGETS, namespace, name }, (current) => {
    if (current === undefined) return { kind: 'unchanged' }
    const { status, ...rest } = current.object as k8s.PodDisruptionBudget
    const { disruptionsAllowed = 0, currentHealthy = 0, desiredHealthy = 0 } = status ?? {}
    if (!isReady(pod) && sparesUnhealthy(rest.spec, currentHealthy, desiredHealthy)) return { kind: 'unchanged' }
    const generation = rest.metadata.generation ?? 0
    if ((status?.observedGeneration ?? 0) < generation)
      throw refused(`The disruption budget ${name} is still being processed by the server.`, 10)
    if (disruptionsAllowed <= 0)
      throw refused(`The disruption budget ${name} needs ${desiredHealthy} healthy pods and has ${currentHealthy} currently`)
    if (dryRun) return { kind: 'unchanged' }
    const now = world.clock()
    const left = disruptionsAllowed - 1
    const next = {
      ...status,
      disruptionsAllowed: left,
      disruptedPods: { ...status?.disruptedPods, [pod.metadata.name ?? '']: secondTime(now) },
      conditions: withAllowed(status?.conditions ?? [], left, generation, now)
    }
    return { kind: 'put', object: { ...rest, status: next } as KubeObject }
  })
}

/** A pod that is not ready may go when its budget says always, or when the rest is healthy enough without it. */
function sparesUnhealthy(spec: k8s.PodDisruptionBudgetSpec | undefined, healthy: number, desired: number): boolean {
  return spec?.unhealthyPodEvictionPolicy === 'AlwaysAllow' || (healthy >= desired && desired > 0)
}

function refused(message: string, retryAfterSeconds?: number): Error {
  const causes = [{ reason: 'DisruptionBudget', message }]
  return failure(429, 'TooManyRequests', REFUSED, { causes, ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }) })
}

async function markTarget(world: World, call: Call): Promise<void> {
  await update(world, { ...call, subresource: 'status' }, (current) => {
    const pod = structuredClone(current) as k8s.Pod
    const lastTransitionTime = secondTime(world.clock())
    const others = (pod.status?.conditions ?? []).filter(({ type }) => type !== 'DisruptionTarget')
    const target = {
      type: 'DisruptionTarget',
      status: 'True',
      lastTransitionTime,
      reason: 'EvictionByEvictionAPI',
      message: 'Eviction API: evicting'
    }
    return { object: { ...pod, status: { ...pod.status, conditions: [...others, target] } } as KubeObject }
  })
}
