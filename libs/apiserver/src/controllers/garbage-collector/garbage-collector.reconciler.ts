import type { ObjectKey, OwnerReference } from '@knative-ts/api'
import { createReconcileLoop, isNotFound, settled, type KubeClient, type Outcome, type ReconcileLoop } from '@knative-ts/kube'
import type { ControllerContext } from '../controller-context.ts'
import type { LiveChange, LiveObject, LiveObjects } from '../live-objects.ts'
import { foreground, orphan, planCollection, type OwnerState } from './collection.plan.ts'

/** Deletes what no owner holds any more. Keys are uids: names are used again, uids never. */
export function garbageCollectorLoop(context: ControllerContext, live: LiveObjects): ReconcileLoop {
  const { client, log, clock } = context
  /** Objects with an owner of a kind that nobody serves: looked at again when another kind comes. */
  const unresolved = new Set<string>()

  const reconcile = async ({ name: uid }: ObjectKey): Promise<Outcome> => {
    const object = live.get(uid)
    if (object === undefined) return settled
    const dependents = live.dependentsOf(uid)
    const owners: { owner: OwnerReference; state: OwnerState }[] = []
    let unknown = false
    if (!object.deleting) {
      for (const owner of object.owners) {
        const state = await stateOf(client, live, object, owner)
        unknown ||= state === 'unknown'
        owners.push({ owner, state: state === 'unknown' ? 'solid' : state })
      }
    }
    const plan = planCollection(object, owners, dependents)
    switch (plan.kind) {
      case 'keep':
        if (unknown) unresolved.add(uid)
        return settled
      case 'finish':
        await withoutFinalizer(client, object, plan.finalizer)
        return settled
      case 'collect-dependents':
        for (const dependent of dependents) loop.enqueue({ namespace: '', name: dependent.uid })
        return settled
      case 'orphan-dependents':
        for (const dependent of dependents) await unlink(client, dependent, [uid])
        await withoutFinalizer(client, object, orphan)
        return settled
      case 'unlink':
        await unlink(client, object, plan.uids)
        return settled
      case 'delete':
        await ignoringGone(client.delete(object.resource, object.key, { propagationPolicy: plan.policy, preconditions: { uid } }))
        return settled
    }
  }

  const loop = createReconcileLoop({ name: 'garbage-collector', log, clock, workers: 8, triggers: [], reconcile })
  live.onChange((change) => {
    for (const uid of affected(live, change)) loop.enqueue({ namespace: '', name: uid })
  })
  live.onResourcesAdded(() => {
    for (const uid of unresolved) loop.enqueue({ namespace: '', name: uid })
    unresolved.clear()
  })
  return loop
}

/** Whose lot may have changed. Most objects with a living owner never get a pass. */
function affected(live: LiveObjects, { before, after }: LiveChange): string[] {
  const uids: string[] = []
  const object = after ?? before
  if (object === undefined) return []
  const goesWithCare = after?.deleting === true && (after.finalizers.includes(foreground) || after.finalizers.includes(orphan))
  if (goesWithCare) uids.push(object.uid)
  if (after === undefined || goesWithCare) for (const dependent of live.dependentsOf(object.uid)) uids.push(dependent.uid)
  for (const owner of [...(before?.owners ?? []), ...(after?.owners ?? [])]) {
    const found = live.get(owner.uid)
    // An owner that waits for its dependents may be done now; one that is missing or leaving takes this object along.
    if (found?.deleting === true) uids.push(found.uid)
    if (after !== undefined && (found === undefined || found.deleting)) uids.push(object.uid)
  }
  return uids
}

async function stateOf(client: KubeClient, live: LiveObjects, object: LiveObject, owner: OwnerReference): Promise<OwnerState | 'unknown'> {
  const known = live.get(owner.uid)
  if (known !== undefined) {
    // A namespaced owner holds only objects of its own namespace; Kubernetes treats any other as absent.
    if (known.resource.namespaced && known.key.namespace !== object.key.namespace) return 'absent'
    return known.deleting && known.finalizers.includes(foreground) ? 'waiting' : 'solid'
  }
  const resource = live.resourceOf(owner.apiVersion, owner.kind)
  if (resource === undefined) return 'unknown'
  // Not in memory can mean not yet in memory: only the server's word deletes.
  try {
    const found = await client.get(resource, { namespace: resource.namespaced ? object.key.namespace : '', name: owner.name })
    return found.metadata.uid === owner.uid ? 'solid' : 'absent'
  } catch (error) {
    if (isNotFound(error)) return 'absent'
    throw error
  }
}

async function unlink(client: KubeClient, object: LiveObject, uids: readonly string[]): Promise<void> {
  const found = await ignoringGone(client.get(object.resource, object.key))
  if (found === undefined || found.metadata.uid !== object.uid) return
  const ownerReferences = (found.metadata.ownerReferences ?? []).filter((owner) => !uids.includes(owner.uid))
  await ignoringGone(client.update(object.resource, { ...found, metadata: { ...found.metadata, ownerReferences } }))
}

async function withoutFinalizer(client: KubeClient, object: LiveObject, finalizer: string): Promise<void> {
  const found = await ignoringGone(client.get(object.resource, object.key))
  if (found === undefined || found.metadata.uid !== object.uid) return
  const finalizers = (found.metadata.finalizers ?? []).filter((name) => name !== finalizer)
  await ignoringGone(client.update(object.resource, { ...found, metadata: { ...found.metadata, finalizers } }))
}

async function ignoringGone<T>(call: Promise<T>): Promise<T | undefined> {
  try {
    return await call
  } catch (error) {
    // Somebody else was faster: what was wanted is the case.
    if (isNotFound(error)) return undefined
    throw error
  }
}
