import type { ObjectKey } from '@knative-ts/api'
import { replicaSets } from '@knative-ts/api/kubernetes'
import { createReconcileLoop, settled, triggeredBy, type Outcome, type ReconcileLoop } from '@knative-ts/kube'
import { againAt } from '../again-at.ts'
import type { ControllerContext } from '../controller-context.ts'
import { OwnedPods } from '../owned-pods.ts'
import { isActive } from '../pod-state.ts'
import { writeStatus } from '../write-status.ts'
import { podOf } from './pod-of.ts'
import { availableAt, planReplicaSet, statusOf } from './replica-set.plan.ts'

const component = 'replicaset-controller'

/** Keeps as many pods as each ReplicaSet says. */
export function replicaSetLoop(context: ControllerContext): ReconcileLoop {
  const { client, factory, log, clock } = context
  const informer = factory.informer(replicaSets)
  const owned = new OwnedPods(context, { component, resource: replicaSets, owners: informer, adoptable: isActive })

  const reconcile = async (key: ObjectKey): Promise<Outcome> => {
    const set = informer.cache.get(key)
    if (set === undefined) {
      owned.forget(key)
      return settled
    }
    const plan = planReplicaSet(set, [...owned.of(set), ...owned.free(key.namespace)])
    const waitsUntil = owned.waitsUntil(key)
    let failure: Error | undefined
    if (waitsUntil === undefined) {
      await owned.claim(set, plan)
      const wanted = Array.from({ length: plan.create }, () => podOf(set))
      failure = await owned.change(set, wanted, plan.remove)
    }
    // Counted before this pass's creations show: the pods' own events bring the next pass.
    const status = statusOf(set, plan.active, failure, clock.now())
    await writeStatus(client, replicaSets, set, status)
    if (failure !== undefined) throw failure
    return againAt(clock.now(), waitsUntil, availableAt(set, plan.active, clock.now()))
  }

  return createReconcileLoop({ name: component, log, clock, triggers: [triggeredBy(informer), owned.trigger], reconcile })
}
