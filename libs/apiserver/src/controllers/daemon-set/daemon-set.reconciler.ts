import { keyOf, keyText, type ObjectKey } from '@knative-ts/api'
import { daemonSets, nodes, pods, type DaemonSet, type Pod } from '@knative-ts/api/kubernetes'
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
import { RevisionKeeper } from '../controller-revision/revision-keeper.ts'
import { hashOf } from '../controller-revision/revisions.ts'
import { adopt, byClaim, freeIn, release } from '../pod-claims.ts'
import { PodWriter } from '../pod-writer.ts'
import { hasEnded } from '../pod-state.ts'
import { slowStart } from '../slow-start.ts'
import { daemonPodOf, nodeOf } from './daemon-pod-of.ts'
import { daemonSetStatusOf, nextAvailable, planDaemonSet } from './daemon-set.plan.ts'

const component = 'daemonset-controller'

/** Keeps one pod on every node that a DaemonSet is for. */
export function daemonSetLoop(context: ControllerContext): ReconcileLoop {
  const { client, factory, log, clock } = context
  const informer = factory.informer(daemonSets)
  const allNodes = factory.informer(nodes)
  const allPods = factory.informer(pods, { indexes: { claim: byClaim } })
  const writer = new PodWriter(context, component, allPods)
  const revisions = new RevisionKeeper(context, daemonSets)

  const claim = async (set: DaemonSet): Promise<void> => {
    if (set.metadata.deletionTimestamp !== undefined) return
    const selects = selectorOf(set.spec?.selector)
    for (const pod of allPods.cache.byIndex('claim', freeIn(set.metadata.namespace ?? '')))
      if (selects(pod.metadata.labels) && pod.metadata.deletionTimestamp === undefined)
        await adopt(client, pod, controllerRefOf(set, daemonSets))
    for (const pod of allPods.cache.byIndex('claim', set.metadata.uid ?? ''))
      if (!selects(pod.metadata.labels) && pod.metadata.deletionTimestamp === undefined) await release(client, pod, set)
  }

  const tellOfEnded = (set: DaemonSet, pod: Pod): void => {
    const [type, reason, what, then] =
      pod.status?.phase === 'Failed'
        ? (['Warning', 'FailedDaemonPod', 'failed', 'kill'] as const)
        : (['Normal', 'SucceededDaemonPod', 'succeeded', 'delete'] as const)
    const { namespace, name } = pod.metadata
    writer.events.record(set, type, reason, `Found ${what} daemon pod ${namespace}/${name} on node ${nodeOf(pod)}, will try to ${then} it`)
  }

  const reconcile = async (key: ObjectKey): Promise<Outcome> => {
    const set = informer.cache.get(key)
    if (set?.spec === undefined) {
      writer.expectations.forget(keyText(key))
      return settled
    }
    await claim(set)
    const selects = selectorOf(set.spec.selector)
    const owned = allPods.cache.byIndex('claim', set.metadata.uid ?? '').filter((pod) => selects(pod.metadata.labels))
    const hash = hashOf(await revisions.ensure(set, set.spec.template, set.spec.selector.matchLabels ?? {}))
    const waitsUntil = writer.expectations.givenUpAt(keyText(key), clock.now())
    let failure: Error | undefined
    if (waitsUntil === undefined) {
      const plan = planDaemonSet(set, owned, allNodes.cache.list(), hash, clock.now())
      const places = [...plan.create]
      failure = await slowStart(places.length, () => writer.create(set, daemonPodOf(set, places.shift() ?? '', hash)))
      for (const pod of plan.remove.filter(hasEnded)) tellOfEnded(set, pod)
      const stayed = await writer.removeAll(set, plan.remove)
      failure ??= stayed
    }
    const status = daemonSetStatusOf(set, owned, allNodes.cache.list(), hash, clock.now())
    if (!equalJson(set.status ?? {}, status)) await client.updateStatus(daemonSets, { ...set, status })
    if (failure !== undefined) throw failure
    const live = new Set([hash, ...owned.map(({ metadata }) => metadata.labels?.['controller-revision-hash'] ?? '')])
    const names = new Set([...live].map((one) => `${set.metadata.name}-${one}`))
    await revisions.forget(set, names, set.spec.revisionHistoryLimit ?? 10)
    const next = Math.min(waitsUntil ?? Infinity, nextAvailable(set, owned, clock.now()) ?? Infinity)
    return next === Infinity ? settled : again(Math.max(next - clock.now(), 1))
  }

  return createReconcileLoop({
    name: component,
    log,
    clock,
    triggers: [
      triggeredBy(informer),
      triggeredBy(allPods, (pod) => {
        if (controllerOf(pod) !== undefined) return controllerKeys(daemonSets)(pod)
        return informer.cache
          .list(pod.metadata.namespace ?? '')
          .filter((set) => selectorOf(set.spec?.selector)(pod.metadata.labels))
          .map(keyOf)
      }),
      triggeredBy(allNodes, () => informer.cache.list().map(keyOf))
    ],
    reconcile
  })
}
