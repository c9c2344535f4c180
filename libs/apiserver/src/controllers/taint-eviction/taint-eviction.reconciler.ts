import { keyOf, keyText, type ObjectKey } from '@knative-ts/api'
import { nodes, pods, type Pod } from '@knative-ts/api/kubernetes'
import {
  again,
  createEventRecorder,
  createReconcileLoop,
  isConflict,
  isNotFound,
  settled,
  triggeredBy,
  type Outcome,
  type ReconcileLoop
} from '@knative-ts/kube'
import type { ControllerContext } from '../controller-context.ts'
import { disrupt } from '../disrupted.ts'
import { drivingTaints, patienceOf } from './taint-eviction.plan.ts'

const component = 'taint-eviction-controller'
const why = { reason: 'DeletionByTaintManager', message: 'Taint manager: deleting due to NoExecute taint' }
const reason = 'TaintManagerEviction'

/** Deletes pods from nodes with NoExecute taints that they do not bear, or not any longer. */
export function taintEvictionLoop({ client, factory, log, clock }: ControllerContext): ReconcileLoop {
  const events = createEventRecorder({ client, component, log, clock })
  const allPods = factory.informer(pods, { indexes: { node: ({ spec }) => [spec?.nodeName ?? ''] } })
  const allNodes = factory.informer(nodes)
  /** When pods with a limited toleration go. Set once: other taints do not prolong it. */
  const leaveAt = new Map<string, { readonly uid: string; readonly at: number }>()

  const taintsOn = (pod: Pod) =>
    drivingTaints(pod.spec?.nodeName ? allNodes.cache.get({ namespace: '', name: pod.spec.nodeName }) : undefined)

  const reconcile = async (key: ObjectKey): Promise<Outcome> => {
    const id = keyText(key)
    const pod = allPods.cache.get(key)
    const planned = leaveAt.get(id)
    if (pod === undefined || pod.metadata.deletionTimestamp !== undefined || planned?.uid !== pod.metadata.uid) leaveAt.delete(id)
    if (pod === undefined || pod.metadata.deletionTimestamp !== undefined) return settled
    const { uid = '' } = pod.metadata
    const patienceMs = patienceOf(pod, taintsOn(pod))
    if (patienceMs === Infinity) {
      if (leaveAt.delete(id)) events.record(pod, 'Normal', reason, `Cancelling deletion of Pod ${id}`)
      return settled
    }
    const at = patienceMs === 0 ? clock.now() : (leaveAt.get(id)?.at ?? clock.now() + patienceMs)
    if (at > clock.now()) {
      leaveAt.set(id, { uid, at })
      return again(at - clock.now())
    }
    await evict(pod, id)
    leaveAt.delete(id)
    return settled
  }

  const evict = async (pod: Pod, id: string): Promise<void> => {
    events.record(pod, 'Normal', reason, `Marking for deletion Pod ${id}`)
    try {
      await disrupt(client, pod, why, clock.now())
      await client.delete(pods, keyOf(pod), { preconditions: { uid: pod.metadata.uid ?? '' } })
    } catch (error) {
      // Gone already, or another pod of that name, which has a pass of its own.
      if (!isNotFound(error) && !isConflict(error)) throw error
    }
  }

  return createReconcileLoop({
    name: component,
    log,
    clock,
    triggers: [
      triggeredBy(allPods, (pod) => (taintsOn(pod).length > 0 || leaveAt.has(keyText(keyOf(pod))) ? [keyOf(pod)] : [])),
      // Called with the node before and after: pods are looked at when taints come, and when they go.
      triggeredBy(allNodes, (node) =>
        drivingTaints(node).length === 0 ? [] : allPods.cache.byIndex('node', node.metadata.name ?? '').map(keyOf)
      )
    ],
    reconcile
  })
}
