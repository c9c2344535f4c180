import { keyOf, keyText, type ObjectKey } from '@knative-ts/api'
import { pods, replicaSets, type ReplicaSet } from '@knative-ts/api/kubernetes'
import {
  again,
  controllerKeys,
  controllerOf,
  controllerRefOf,
  createReconcileLoop,
  equalJson,
  selectorOf,
  settled,
  triggeredBy,
  type Outcome,
  type ReconcileLoop
} from '@knative-ts/kube'
import type { ControllerContext } from '../controller-context.ts'
import { adopt, byClaim, freeIn, release } from '../pod-claims.ts'
import { PodWriter } from '../pod-writer.ts'
import { podOf } from './pod-of.ts'
import { availableAt, planReplicaSet, statusOf, type ReplicaSetPlan } from './replica-set.plan.ts'
import { slowStart } from '../slow-start.ts'

const component = 'replicaset-controller'

/** Keeps as many pods as each ReplicaSet says. */
export function replicaSetLoop(context: ControllerContext): ReconcileLoop {
  const { client, factory, log, clock } = context
  const informer = factory.informer(replicaSets)
  const allPods = factory.informer(pods, { indexes: { claim: byClaim } })
  const writer = new PodWriter(context, component, allPods)
  const { expectations } = writer

  const claim = async (set: ReplicaSet, plan: ReplicaSetPlan): Promise<void> => {
    for (const pod of plan.adopt) await adopt(client, pod, controllerRefOf(set, replicaSets))
    for (const pod of plan.release) await release(client, pod, set)
  }

  const reconcile = async (key: ObjectKey): Promise<Outcome> => {
    const set = informer.cache.get(key)
    if (set === undefined) {
      expectations.forget(keyText(key))
      return settled
    }
    const candidates = [...allPods.cache.byIndex('claim', set.metadata.uid ?? ''), ...allPods.cache.byIndex('claim', freeIn(key.namespace))]
    const plan = planReplicaSet(set, candidates)
    const waitsUntil = expectations.givenUpAt(keyText(key), clock.now())
    let failure: Error | undefined
    if (waitsUntil === undefined) {
      await claim(set, plan)
      failure = await slowStart(plan.create, () => writer.create(set, podOf(set)))
      const stayed = await writer.removeAll(set, plan.remove)
      failure ??= stayed
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
