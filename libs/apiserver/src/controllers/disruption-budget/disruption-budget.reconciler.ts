import { keyOf, type KubeObject, type ObjectKey } from '@knative-ts/api'
import {
  deployments,
  podDisruptionBudgets,
  pods,
  replicaSets,
  statefulSets,
  type Pod,
  type PodDisruptionBudget
} from '@knative-ts/api/kubernetes'
import {
  controllerOf,
  createEventRecorder,
  createReconcileLoop,
  selectorOf,
  selectorText,
  settled,
  triggeredBy,
  type Outcome,
  type ReconcileLoop
} from '@knative-ts/kube'
import { againAt } from '../again-at.ts'
import type { ControllerContext } from '../controller-context.ts'
import { writeStatus } from '../write-status.ts'
import { budgetStatusOf, forgottenAt, type Wanted } from './disruption-budget.plan.ts'

/** Keeps how many pods each budget can spare: what evictions ask. */
export function disruptionBudgetLoop({ client, factory, log, clock }: ControllerContext): ReconcileLoop {
  const events = createEventRecorder({ client, component: 'controllermanager', log, clock })
  const informer = factory.informer(podDisruptionBudgets)
  const allPods = factory.informer(pods)
  const [sets, allDeployments, stateful] = [factory.informer(replicaSets), factory.informer(deployments), factory.informer(statefulSets)]

  /** What finally says how many pods there shall be: a Deployment for the pods of its ReplicaSets. */
  const scalerOf = (pod: Pod): KubeObject | undefined => {
    const owner = controllerOf(pod)
    const key = { namespace: pod.metadata.namespace ?? '', name: owner?.name ?? '' }
    const found = owner?.kind === 'ReplicaSet' ? sets.cache.get(key) : owner?.kind === 'StatefulSet' ? stateful.cache.get(key) : undefined
    if (found === undefined || found.metadata.uid !== owner?.uid) return undefined
    const above = controllerOf(found)
    return above?.kind === 'Deployment' ? (allDeployments.cache.get({ ...key, name: above.name }) ?? found) : found
  }

  const wantedFor = (selected: readonly Pod[]): Wanted => {
    const scalers = new Map<string, number>()
    const unmanaged: string[] = []
    for (const pod of selected) {
      const scaler = scalerOf(pod)
      if (scaler === undefined) unmanaged.push(pod.metadata.name ?? '')
      else scalers.set(scaler.metadata.uid ?? '', (scaler as { spec?: { replicas?: number } }).spec?.replicas ?? 1)
    }
    return { unmanaged, pods: [...scalers.values()].reduce((sum, count) => sum + count, 0) }
  }

  const reconcile = async (key: ObjectKey): Promise<Outcome> => {
    const budget = informer.cache.get(key)
    if (budget === undefined || budget.metadata.deletionTimestamp !== undefined) return settled
    const selects = selectorOf(budget.spec?.selector)
    const selected = allPods.cache.list(key.namespace).filter((pod) => selects(pod.metadata.labels))
    const wanted = wantedFor(selected)
    if (selected.length === 0) events.record(budget, 'Normal', 'NoPods', 'No matching pods found')
    if (typeof budget.spec?.minAvailable !== 'number' && wanted.unmanaged.length > 0) warnOfUnmanaged(budget)
    const status = budgetStatusOf(budget, selected, wanted, clock.now())
    await writeStatus(client, podDisruptionBudgets, budget, status)
    return againAt(clock.now(), forgottenAt(status))
  }

  const warnOfUnmanaged = (budget: PodDisruptionBudget): void => {
    const selector = selectorText(budget.spec?.selector ?? {})
    const message = `Pods selected by this PodDisruptionBudget (selector: ${selector}) were found to be unmanaged. As a result, the status of the PDB cannot be calculated correctly, which may result in undefined behavior. To account for these pods please set ".spec.minAvailable" field of the PDB to an integer value.`
    events.record(budget, 'Warning', 'UnmanagedPods', message)
  }

  const of = (namespace: string | undefined): ObjectKey[] => informer.cache.list(namespace ?? '').map(keyOf)
  const selecting = (pod: Pod): ObjectKey[] =>
    informer.cache
      .list(pod.metadata.namespace ?? '')
      .filter((budget) => selectorOf(budget.spec?.selector)(pod.metadata.labels))
      .map(keyOf)
  return createReconcileLoop({
    name: 'disruption-controller',
    log,
    clock,
    triggers: [
      triggeredBy(informer),
      triggeredBy(allPods, selecting),
      triggeredBy(sets, ({ metadata }) => of(metadata.namespace)),
      triggeredBy(allDeployments, ({ metadata }) => of(metadata.namespace)),
      triggeredBy(stateful, ({ metadata }) => of(metadata.namespace))
    ],
    reconcile
  })
}
