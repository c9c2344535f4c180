import { keyOf, keyText, type ObjectKey } from '@knative-ts/api'
import { pods, replicaSets, type Pod, type ReplicaSet } from '@knative-ts/api/kubernetes'
import {
  again,
  controllerKeys,
  controllerOf,
  controllerRefOf,
  createEventRecorder,
  createReconcileLoop,
  equalJson,
  isNamespaceTerminating,
  isNotFound,
  selectorOf,
  settled,
  triggeredBy,
  type Outcome,
  type ReconcileLoop
} from '@knative-ts/kube'
import type { ControllerContext } from '../controller-context.ts'
import { Expectations } from './expectations.ts'
import { podOf } from './pod-of.ts'
import { availableAt, planReplicaSet, statusOf, type ReplicaSetPlan } from './replica-set.plan.ts'
import { slowStart } from './slow-start.ts'

const component = 'replicaset-controller'

/** Files a pod under its controller, or, without one, under its namespace: where ReplicaSets look for pods to adopt. */
const byClaim = (pod: Pod): readonly string[] => [controllerOf(pod)?.uid ?? `free in ${pod.metadata.namespace ?? ''}`]

/** Keeps as many pods as each ReplicaSet says. */
export function replicaSetLoop(context: ControllerContext): ReconcileLoop {
  const { client, factory, log, clock } = context
  const events = createEventRecorder({ client, component, log, clock })
  const informer = factory.informer(replicaSets)
  const allPods = factory.informer(pods, { indexes: { claim: byClaim } })
  const expectations = new Expectations()
  // Before the loop listens, so that a pass never runs on a cache that is ahead of its expectations.
  allPods.onChange(({ before, after }) => {
    const uid = (after ?? before)?.metadata.uid ?? ''
    if (after === undefined || after.metadata.deletionTimestamp !== undefined) expectations.left(uid)
    else expectations.appeared(uid)
  })

  const create = async (set: ReplicaSet): Promise<void> => {
    try {
      const created = await client.create(pods, podOf(set))
      expectations.created(keyText(keyOf(set)), created.metadata.uid ?? '', clock.now())
      events.record(set, 'Normal', 'SuccessfulCreate', `Created pod: ${created.metadata.name}`)
    } catch (error) {
      // The namespace goes away, and the set with it: nothing failed.
      if (isNamespaceTerminating(error)) return
      events.record(set, 'Warning', 'FailedCreate', `Error creating: ${error instanceof Error ? error.message : String(error)}`)
      throw error
    }
  }

  const remove = async (set: ReplicaSet, pod: Pod): Promise<void> => {
    try {
      await client.delete(pods, keyOf(pod), { preconditions: { uid: pod.metadata.uid ?? '' } })
      expectations.deleted(keyText(keyOf(set)), pod.metadata.uid ?? '', clock.now())
      events.record(set, 'Normal', 'SuccessfulDelete', `Deleted pod: ${pod.metadata.name}`)
    } catch (error) {
      if (isNotFound(error)) return
      events.record(set, 'Warning', 'FailedDelete', `Error deleting: ${error instanceof Error ? error.message : String(error)}`)
      throw error
    }
  }

  const claim = async (set: ReplicaSet, plan: ReplicaSetPlan): Promise<void> => {
    for (const pod of plan.adopt) {
      const ownerReferences = [...(pod.metadata.ownerReferences ?? []), controllerRefOf(set, replicaSets)]
      await client.patch(pods, keyOf(pod), { type: 'merge', body: { metadata: { uid: pod.metadata.uid, ownerReferences } } })
    }
    for (const pod of plan.release) {
      const ownerReferences = (pod.metadata.ownerReferences ?? []).filter((reference) => reference.uid !== set.metadata.uid)
      await client.patch(pods, keyOf(pod), { type: 'merge', body: { metadata: { uid: pod.metadata.uid, ownerReferences } } })
    }
  }

  const reconcile = async (key: ObjectKey): Promise<Outcome> => {
    const set = informer.cache.get(key)
    if (set === undefined) {
      expectations.forget(keyText(key))
      return settled
    }
    const candidates = [
      ...allPods.cache.byIndex('claim', set.metadata.uid ?? ''),
      ...allPods.cache.byIndex('claim', `free in ${key.namespace}`)
    ]
    const plan = planReplicaSet(set, candidates)
    const waitsUntil = expectations.givenUpAt(keyText(key), clock.now())
    let failure: Error | undefined
    if (waitsUntil === undefined) {
      await claim(set, plan)
      failure = await slowStart(plan.create, () => create(set))
      const removed = await Promise.allSettled(plan.remove.map((pod) => remove(set, pod)))
      failure ??= removed.find((result) => result.status === 'rejected')?.reason as Error | undefined
    }
    // Counted before this pass's creations show: the pods' own events bring the next pass.
    const status = statusOf(set, plan.active, failure, clock.now())
    if (!equalJson(set.status ?? {}, status)) await client.updateStatus(replicaSets, { ...set, status })
    if (failure !== undefined) throw failure
    const next = Math.min(waitsUntil ?? Infinity, availableAt(set, plan.active, clock.now()) ?? Infinity)
    return next === Infinity ? settled : again(Math.max(next - clock.now(), 1))
  }

  return createReconcileLoop({
    name: component,
    log,
    clock,
    triggers: [
      triggeredBy(informer),
      triggeredBy(allPods, (pod) => {
        if (controllerOf(pod) !== undefined) return controllerKeys(replicaSets)(pod)
        const selecting = informer.cache
          .list(pod.metadata.namespace ?? '')
          .filter((set) => selectorOf(set.spec?.selector)(pod.metadata.labels))
        return selecting.map(keyOf)
      })
    ],
    reconcile
  })
}
