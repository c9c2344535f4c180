import { keyOf } from '@knative-ts/api'
import { deployments, pods, replicaSets, type Deployment, type Pod, type ReplicaSet } from '@knative-ts/api/kubernetes'
import {
  again,
  byController,
  controllerKeys,
  controllerOf,
  controllerRefOf,
  createEventRecorder,
  createReconcileLoop,
  equalJson,
  isAlreadyExists,
  isControlledBy,
  isNotFound,
  selectorOf,
  settled,
  triggeredBy,
  type Informer,
  type Outcome,
  type ReconcileLoop
} from '@knative-ts/kube'
import type { ControllerContext } from '../controller-context.ts'
import { hasEnded } from '../pod-state.ts'
import { countsOf, deadlineAt, progressed } from './deployment.conditions.ts'
import { planDeployment, scalingMessage, type DeploymentPlan } from './deployment.plan.ts'
import { revisionKey } from './replica-set-of.ts'
import { sizeOf, splitSets } from './replica-sets.ts'
import { sameTemplate } from './template-hash.ts'

const component = 'deployment-controller'

/** Files a set under its controller, or, without one, under its namespace: where Deployments look for sets to adopt. */
const byClaim = (set: ReplicaSet): readonly string[] => [controllerOf(set)?.uid ?? `free in ${set.metadata.namespace ?? ''}`]

/** Keeps the ReplicaSets of Deployments as `planDeployment` says. */
export function deploymentLoop(context: ControllerContext): ReconcileLoop {
  const { client, factory, log, clock } = context
  const events = createEventRecorder({ client, component, log, clock })
  const informer = factory.informer(deployments)
  const sets = factory.informer(replicaSets, { indexes: { claim: byClaim } })
  const allPods: Informer<Pod> = factory.informer(pods, { indexes: { controller: byController } })

  const record = (deployment: Deployment, name: string, from: number, to: number): void => {
    if (from !== to) events.record(deployment, 'Normal', 'ScalingReplicaSet', scalingMessage(name, from, to))
  }

  /** Writes the plan; returns the sets as they are then. */
  const apply = async (deployment: Deployment, owned: readonly ReplicaSet[], plan: DeploymentPlan): Promise<readonly ReplicaSet[]> => {
    const after = new Map(owned.map((set) => [set.metadata.uid, set]))
    if (plan.create !== undefined) {
      const created = await create(deployment, plan.create)
      after.set(created.metadata.uid, created)
    }
    for (const change of plan.update) {
      const written = await client.update(replicaSets, change.after)
      after.set(written.metadata.uid, written)
      record(deployment, written.metadata.name ?? '', sizeOf(change.before), sizeOf(written))
    }
    for (const set of plan.remove) {
      await client.delete(replicaSets, keyOf(set), { propagationPolicy: 'Background' }).catch((error: unknown) => {
        if (!isNotFound(error)) throw error
      })
      after.delete(set.metadata.uid)
    }
    return [...after.values()]
  }

  const create = async (deployment: Deployment, wanted: ReplicaSet): Promise<ReplicaSet> => {
    try {
      const created = await client.create(replicaSets, wanted)
      record(deployment, created.metadata.name ?? '', 0, sizeOf(created))
      return created
    } catch (error) {
      if (!isAlreadyExists(error)) throw error
      const found = await client.get(replicaSets, keyOf(wanted))
      // Written by a pass whose answer this cache has not seen.
      if (isControlledBy(found, deployment) && sameTemplate(found.spec?.template, wanted.spec?.template)) return found
      const status = { ...deployment.status, collisionCount: (deployment.status?.collisionCount ?? 0) + 1 }
      await client.updateStatus(deployments, { ...deployment, status })
      throw new Error(`the hash of ${wanted.metadata.name} is taken by another template; the next pass uses another hash`, { cause: error })
    }
  }

  /** Takes over selected sets that nobody controls: what a deletion with `--cascade=orphan` left behind. */
  const adopted = async (deployment: Deployment): Promise<ReplicaSet[]> => {
    if (deployment.metadata.deletionTimestamp !== undefined) return []
    const selects = selectorOf(deployment.spec?.selector)
    const free = sets.cache.byIndex('claim', `free in ${deployment.metadata.namespace}`)
    const result: ReplicaSet[] = []
    for (const set of free.filter(({ metadata }) => metadata.deletionTimestamp === undefined && selects(metadata.labels))) {
      const ownerReferences = [...(set.metadata.ownerReferences ?? []), controllerRefOf(deployment, deployments)]
      const body = { metadata: { uid: set.metadata.uid, ownerReferences } }
      result.push(await client.patch(replicaSets, keyOf(set), { type: 'merge', body }))
    }
    return result
  }

  const reconcile = async (key: { namespace: string; name: string }): Promise<Outcome> => {
    const deployment = informer.cache.get(key)
    if (deployment === undefined) return settled
    const owned = [...sets.cache.byIndex('claim', deployment.metadata.uid ?? ''), ...(await adopted(deployment))]
    const { current } = splitSets(deployment, owned)
    const oldPodsLeft = owned.some(
      (set) => set !== current && allPods.cache.byIndex('controller', set.metadata.uid ?? '').some((pod) => !hasEnded(pod))
    )
    const plan = planDeployment(deployment, owned, oldPodsLeft, clock.now())
    const now = await apply(deployment, owned, plan)
    let fresh = deployment
    if (plan.revision !== undefined && deployment.metadata.annotations?.[revisionKey] !== String(plan.revision)) {
      const body = { metadata: { annotations: { [revisionKey]: String(plan.revision) } } }
      fresh = await client.patch(deployments, key, { type: 'merge', body })
    }
    const nowSets = splitSets(deployment, now)
    const counts = countsOf(deployment, nowSets, plan.conditions, clock.now())
    const paused = deployment.spec?.paused === true
    const status = paused ? counts : progressed(deployment, nowSets, counts, clock.now())
    if (!equalJson(deployment.status ?? {}, status)) await client.updateStatus(deployments, { ...fresh, status })
    const deadline = deadlineAt(deployment, status.conditions ?? [])
    return deadline === undefined ? settled : again(Math.max(deadline - clock.now(), 10))
  }

  return createReconcileLoop({
    name: component,
    log,
    clock,
    triggers: [
      triggeredBy(informer),
      triggeredBy(sets, (set) => {
        if (controllerOf(set) !== undefined) return controllerKeys(deployments)(set)
        const inNamespace = informer.cache.list(set.metadata.namespace ?? '')
        return inNamespace.filter((deployment) => selectorOf(deployment.spec?.selector)(set.metadata.labels)).map(keyOf)
      }),
      // Recreate waits for the last old pod to be gone.
      triggeredBy(allPods, (pod) => {
        const set = pod.metadata.deletionTimestamp === undefined && !hasEnded(pod) ? undefined : controllerKeys(replicaSets)(pod)[0]
        const found = set === undefined ? undefined : sets.cache.get(set)
        return found === undefined ? [] : controllerKeys(deployments)(found)
      })
    ],
    reconcile
  })
}
