import { keyOf, type ObjectKey } from '@knative-ts/api'
import { persistentVolumeClaims, statefulSets, type Pod, type PodTemplateSpec, type StatefulSet } from '@knative-ts/api/kubernetes'
import { createReconcileLoop, isAlreadyExists, settled, triggeredBy, type Outcome, type ReconcileLoop } from '@knative-ts/kube'
import { againAt } from '../again-at.ts'
import type { ControllerContext } from '../controller-context.ts'
import { RevisionKeeper } from '../controller-revision/revision-keeper.ts'
import { revisionLabel, templateOf } from '../controller-revision/revisions.ts'
import { OwnedPods } from '../owned-pods.ts'
import { isLeaving } from '../pod-state.ts'
import { writeStatus } from '../write-status.ts'
import { ownersOf } from './claim-retention.ts'
import { claimsOf, ordinalOf, podNameOf, statefulPodOf } from './stateful-pod-of.ts'
import { nextAvailable, planStatefulSet, statefulSetStatusOf } from './stateful-set.plan.ts'

const component = 'statefulset-controller'

/** Keeps pods with names that stay, one after the other. */
export function statefulSetLoop(context: ControllerContext): ReconcileLoop {
  const { client, factory, log, clock } = context
  const informer = factory.informer(statefulSets)
  const owned = new OwnedPods(context, {
    component,
    resource: statefulSets,
    owners: informer,
    adoptable: (pod, set) => ordinalOf(set, pod) !== undefined && !isLeaving(pod),
    wording: {
      created: (set, pod) => `create Pod ${pod} in StatefulSet ${set} successful`,
      deleted: (set, pod) => `delete Pod ${pod} in StatefulSet ${set} successful`
    }
  })
  const { writer } = owned
  const revisions = new RevisionKeeper(context, statefulSets)
  const allClaims = factory.informer(persistentVolumeClaims)

  /** Before pods go: a claim that shall go with its pod must know it. */
  const keepClaims = async (set: StatefulSet, present: readonly Pod[]): Promise<void> => {
    if (set.metadata.deletionTimestamp !== undefined) return
    for (const pod of present) {
      for (const { metadata } of claimsOf(set, ordinalOf(set, pod) ?? -1)) {
        const claim = allClaims.cache.get({ namespace: metadata.namespace ?? '', name: metadata.name ?? '' })
        const ownerReferences = claim === undefined ? undefined : ownersOf(set, pod, claim)
        if (claim === undefined || ownerReferences === undefined) continue
        const { uid, resourceVersion } = claim.metadata
        const body = { metadata: { uid, resourceVersion, ownerReferences } }
        await client.patch(persistentVolumeClaims, keyOf(claim), { type: 'merge', body })
      }
    }
  }

  const create = async (set: StatefulSet, ordinal: number, revision: string, template: PodTemplateSpec): Promise<void> => {
    for (const wanted of claimsOf(set, ordinal)) {
      try {
        await client.create(persistentVolumeClaims, wanted)
        const text = `create Claim ${wanted.metadata.name} Pod ${podNameOf(set, ordinal)} in StatefulSet ${set.metadata.name} success`
        writer.events.record(set, 'Normal', 'SuccessfulCreate', text)
      } catch (error) {
        // The data of the pod before.
        if (!isAlreadyExists(error)) throw error
      }
    }
    await writer.create(set, statefulPodOf(set, ordinal, revision, template))
  }

  const reconcile = async (key: ObjectKey): Promise<Outcome> => {
    const set = informer.cache.get(key)
    if (set?.spec === undefined) {
      owned.forget(key)
      return settled
    }
    await owned.claim(set)
    const present = owned.selected(set)
    const newest = await revisions.ensure(set, set.spec.template, set.spec.selector.matchLabels ?? {})
    const update = newest.metadata.name ?? ''
    const running = revisions.all(set).find(({ metadata }) => metadata.name === set.status?.currentRevision)
    const current = running?.metadata.name ?? update
    const waitsUntil = owned.waitsUntil(key)
    await keepClaims(set, present)
    if (waitsUntil === undefined) {
      const plan = planStatefulSet(set, present, current, update, clock.now())
      const oldTemplate = (running === undefined ? undefined : templateOf(running)) ?? set.spec.template
      for (const { ordinal, old } of plan.create) await create(set, ordinal, old ? current : update, old ? oldTemplate : set.spec.template)
      const stayed = await writer.removeAll(set, plan.remove)
      if (stayed !== undefined) throw stayed
    }
    const status = statefulSetStatusOf(set, present, current, update, clock.now())
    await writeStatus(client, statefulSets, set, status)
    const live = new Set([current, update, ...present.map(({ metadata }) => metadata.labels?.[revisionLabel] ?? '')])
    await revisions.forget(set, live, set.spec.revisionHistoryLimit ?? 10)
    return againAt(clock.now(), waitsUntil, nextAvailable(set, present, clock.now()))
  }

  return createReconcileLoop({
    name: component,
    log,
    clock,
    triggers: [
      triggeredBy(informer),
      triggeredBy(allClaims, ({ metadata }) =>
        // A claim that has just come to the cache may lack its owner.
        informer.cache
          .list(metadata.namespace ?? '')
          .filter((set) => isClaimOf(set, metadata.name ?? ''))
          .map(keyOf)
      ),
      owned.trigger
    ],
    reconcile
  })
}

/** By name alone: enough to have a look. */
function isClaimOf(set: StatefulSet, claim: string): boolean {
  return (set.spec?.volumeClaimTemplates ?? []).some(({ metadata }) => claim.startsWith(`${metadata.name}-${set.metadata.name}-`))
}
