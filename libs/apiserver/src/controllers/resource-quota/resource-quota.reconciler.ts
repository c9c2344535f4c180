import { keyOf, type KubeObject, type ObjectKey } from '@knative-ts/api'
import { pods, resourceQuotas, type ResourceQuota } from '@knative-ts/api/kubernetes'
import { again, createReconcileLoop, equalJson, settled, triggeredBy, type Outcome, type ReconcileLoop } from '@knative-ts/kube'
import { amountText, sumOf, zero } from '../../quota/amount.ts'
import { isInScope, storageOfResource, usageOf } from '../../quota/usage.ts'
import type { ControllerContext } from '../controller-context.ts'
import { hasEnded } from '../pod-state.ts'
import type { ResourceTypes } from '../live-objects.ts'
import { writeStatus } from '../write-status.ts'

/** What went otherwise than by a creation (other deletions, failed creations after a crash) shows after this time: as in Kubernetes. */
const resyncMs = 300_000

/** Measures what each quota's namespace uses. Creations are charged by admission, so only what frees room needs a new measurement. */
export function resourceQuotaLoop({ client, factory, log, clock }: ControllerContext, types: ResourceTypes): ReconcileLoop {
  const informer = factory.informer(resourceQuotas)
  const allPods = factory.informer(pods)

  /** Straight from the server: the caches of other controllers may be behind what admission has charged. */
  const objectsOf = async (storage: string, namespace: string): Promise<readonly KubeObject[]> => {
    const resource = types.resourceTypes().find(({ group, plural }) => `${group}/${plural}` === storage)
    return resource === undefined ? [] : (await client.list(resource, { namespace })).items
  }

  const reconcile = async (key: ObjectKey): Promise<Outcome> => {
    const cached = informer.cache.get(key)
    if (cached === undefined || cached.metadata.deletionTimestamp !== undefined) return settled
    // The newest state before the measurement: what is charged meanwhile makes the write below a conflict, and the pass is made again.
    const quota = await client.get(resourceQuotas, key)
    const hard = quota.spec?.hard ?? {}
    const used: Record<string, string> = {}
    for (const storage of new Set(Object.keys(hard).map(storageOfResource))) {
      const found = (await objectsOf(storage, key.namespace)).filter((object) => isInScope(quota.spec, storage, object))
      const total = sumOf(found.map((object) => usageOf(storage, object)))
      for (const name of Object.keys(hard)) if (storageOfResource(name) === storage) used[name] = amountText(total[name] ?? zero)
    }
    const status = { hard, used }
    await writeStatus(client, resourceQuotas, quota, status)
    return again(resyncMs)
  }

  const loop = createReconcileLoop({
    name: 'resourcequota-controller',
    log,
    clock,
    triggers: [triggeredBy(informer, unmeasured)],
    reconcile
  })
  allPods.onChange(({ before, after }) => {
    const freed = after === undefined || (before !== undefined && !hasEnded(before) && hasEnded(after))
    if (freed) for (const quota of informer.cache.list((after ?? before)?.metadata.namespace ?? '')) loop.enqueue(keyOf(quota))
  })
  return loop
}

const unmeasured = (quota: ResourceQuota): readonly ObjectKey[] =>
  equalJson(quota.spec?.hard ?? {}, quota.status?.hard ?? {}) && quota.status?.used !== undefined ? [] : [keyOf(quota)]
