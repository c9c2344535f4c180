import { keyOf, type ObjectKey } from '@knative-ts/api'
import { daemonSets, nodes, type DaemonSet, type Pod } from '@knative-ts/api/kubernetes'
import { createReconcileLoop, settled, triggeredBy, type Outcome, type ReconcileLoop } from '@knative-ts/kube'
import { againAt } from '../again-at.ts'
import type { ControllerContext } from '../controller-context.ts'
import { RevisionKeeper } from '../controller-revision/revision-keeper.ts'
import { hashOf } from '../controller-revision/revisions.ts'
import { OwnedPods } from '../owned-pods.ts'
import { isLeaving } from '../pod-state.ts'
import { writeStatus } from '../write-status.ts'
import { daemonPodOf, nodeOf } from './daemon-pod-of.ts'
import { daemonSetStatusOf, nextAvailable, planDaemonSet } from './daemon-set.plan.ts'
import { FailedPods } from './failed-pods.ts'

const component = 'daemonset-controller'

/** Keeps one pod on every node that a DaemonSet is for. */
export function daemonSetLoop(context: ControllerContext): ReconcileLoop {
  const { client, factory, log, clock } = context
  const informer = factory.informer(daemonSets)
  const allNodes = factory.informer(nodes)
  const owned = new OwnedPods(context, { component, resource: daemonSets, owners: informer, adoptable: (pod) => !isLeaving(pod) })
  const revisions = new RevisionKeeper(context, daemonSets)
  const failed = new FailedPods()

  /** A pod that failed may have to wait; then nothing takes its place either. */
  const mayGo = (set: DaemonSet, pod: Pod): boolean => {
    if (pod.status?.phase !== 'Failed') return true
    const place = placeOf(set, pod)
    if (failed.mayGoAt(place) > clock.now()) return false
    failed.goes(place, clock.now())
    return true
  }

  const tellOfEnded = (set: DaemonSet, pod: Pod): void => {
    const [type, reason, what, then] =
      pod.status?.phase === 'Failed'
        ? (['Warning', 'FailedDaemonPod', 'failed', 'kill'] as const)
        : (['Normal', 'SucceededDaemonPod', 'succeeded', 'delete'] as const)
    const { namespace, name } = pod.metadata
    owned.writer.events.record(
      set,
      type,
      reason,
      `Found ${what} daemon pod ${namespace}/${name} on node ${nodeOf(pod)}, will try to ${then} it`
    )
  }

  const reconcile = async (key: ObjectKey): Promise<Outcome> => {
    const set = informer.cache.get(key)
    if (set?.spec === undefined) {
      owned.forget(key)
      return settled
    }
    await owned.claim(set)
    const present = owned.selected(set)
    const hash = hashOf(await revisions.ensure(set, set.spec.template, set.spec.selector.matchLabels ?? {}))
    const waitsUntil = owned.waitsUntil(key)
    let failure: Error | undefined
    let lookAt = Infinity
    if (waitsUntil === undefined) {
      const plan = planDaemonSet(set, present, allNodes.cache.list(), hash, clock.now())
      const gone = plan.ended.filter((pod) => mayGo(set, pod))
      lookAt = Math.min(...plan.ended.filter((pod) => !gone.includes(pod)).map((pod) => failed.mayGoAt(placeOf(set, pod))))
      for (const pod of gone) tellOfEnded(set, pod)
      const wanted = plan.create.map((node) => daemonPodOf(set, node, hash))
      failure = await owned.change(set, wanted, [...gone, ...plan.remove])
    }
    const status = daemonSetStatusOf(set, present, allNodes.cache.list(), hash, clock.now())
    await writeStatus(client, daemonSets, set, status)
    if (failure !== undefined) throw failure
    const live = new Set([hash, ...present.map(({ metadata }) => metadata.labels?.['controller-revision-hash'] ?? '')])
    const names = new Set([...live].map((one) => `${set.metadata.name}-${one}`))
    await revisions.forget(set, names, set.spec.revisionHistoryLimit ?? 10)
    return againAt(clock.now(), waitsUntil, lookAt, nextAvailable(set, present, clock.now()))
  }

  const everyNode = triggeredBy(allNodes, () => informer.cache.list().map(keyOf))
  return createReconcileLoop({ name: component, log, clock, triggers: [triggeredBy(informer), owned.trigger, everyNode], reconcile })
}

/** What fails on a node with a new template, fails for the first time. */
const placeOf = ({ metadata, status }: DaemonSet, pod: Pod): string => `${metadata.uid}/${status?.observedGeneration ?? 0}/${nodeOf(pod)}`
