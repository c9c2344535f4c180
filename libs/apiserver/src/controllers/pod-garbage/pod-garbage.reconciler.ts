import { nodes, pods } from '@knative-ts/api/kubernetes'
import { again, createReconcileLoop, isNotFound, type Outcome, type ReconcileLoop } from '@knative-ts/kube'
import type { ControllerContext } from '../controller-context.ts'
import { failAndDelete } from '../disrupted.ts'
import { endedPodsKept, missingNodes, planGarbage } from './pod-garbage.plan.ts'

/** How often is looked, and for how long a node must be missing before its pods are orphans. Kubernetes' own. */
const periodMs = 20_000
const quarantineMs = 40_000
/** There is one sweep, over all pods. */
const sweepKey = { namespace: '', name: 'pods' }

/** Deletes pods that ended when there are too many, and those that no node will ever end. */
export function podGarbageLoop({ client, factory, log, clock }: ControllerContext, kept = endedPodsKept): ReconcileLoop {
  const allPods = factory.informer(pods)
  const allNodes = factory.informer(nodes)
  /** Missing nodes, and since when, ms. */
  const missing = new Map<string, number>()

  /** Of the nodes that have been missing for long, those that the server does not have either: a watch may lag. */
  const goneNodes = async (): Promise<Set<string>> => {
    const names = missingNodes(allPods.cache.list(), allNodes.cache.list())
    for (const name of missing.keys()) if (!names.has(name)) missing.delete(name)
    const gone = new Set<string>()
    for (const name of names) {
      const since = missing.get(name) ?? clock.now()
      missing.set(name, since)
      if (since + quarantineMs <= clock.now() && !(await exists(name))) gone.add(name)
    }
    return gone
  }

  const exists = async (name: string): Promise<boolean> => {
    try {
      await client.get(nodes, { namespace: '', name })
      return true
    } catch (error) {
      if (isNotFound(error)) return false
      throw error
    }
  }

  const reconcile = async (): Promise<Outcome> => {
    const gone = await goneNodes()
    for (const { pod, why } of planGarbage(allPods.cache.list(), allNodes.cache.list(), gone, kept)) {
      const { namespace, name } = pod.metadata
      await failAndDelete(client, pod, why, clock.now()).catch((error: unknown) =>
        // The others shall go all the same; this one is met again in the next sweep.
        log.warn({ error, pod: `${namespace}/${name}` }, 'cannot delete a pod that nobody needs')
      )
    }
    return again(periodMs)
  }

  const loop = createReconcileLoop({ name: 'pod-garbage-collector-controller', log, clock, workers: 1, triggers: [], reconcile })
  loop.enqueue(sweepKey)
  return loop
}
