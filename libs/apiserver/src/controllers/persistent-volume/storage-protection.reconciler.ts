/** Claims that pods use, and volumes that are bound, stay until they are not: the finalizers that admission gave them. */
import { keyOf, type KubeObject, type ObjectKey, type Resource } from '@knative-ts/api'
import { persistentVolumeClaims, persistentVolumes, pods } from '@knative-ts/api/kubernetes'
import { createReconcileLoop, isNotFound, settled, triggeredBy, type KubeClient, type ReconcileLoop } from '@knative-ts/kube'
import { claimProtection, volumeProtection } from '../../admission/storage-admission.ts'
import type { ControllerContext } from '../controller-context.ts'
import { claimsOf } from './persistent-volume-claim.reconciler.ts'

export function claimProtectionLoop({ client, factory, log, clock }: ControllerContext): ReconcileLoop {
  const informer = factory.informer(persistentVolumeClaims)
  const allPods = factory.informer(pods)
  return createReconcileLoop({
    name: 'pvc-protection-controller',
    log,
    clock,
    triggers: [
      triggeredBy(informer),
      triggeredBy(allPods, (pod) => claimsOf(pod).map((name) => ({ namespace: pod.metadata.namespace ?? '', name })))
    ],
    reconcile: async (key) => {
      const claim = informer.cache.get(key)
      // Ended pods count too: the node may still have the volume mounted for them.
      const isUsed = () => allPods.cache.list(key.namespace).some((pod) => pod.spec?.nodeName && claimsOf(pod).includes(key.name))
      if (claim?.metadata.deletionTimestamp !== undefined && !isUsed())
        await dropFinalizer(client, persistentVolumeClaims, claim, claimProtection)
      return settled
    }
  })
}

export function volumeProtectionLoop({ client, factory, log, clock }: ControllerContext): ReconcileLoop {
  const informer = factory.informer(persistentVolumes)
  return createReconcileLoop({
    name: 'pv-protection-controller',
    log,
    clock,
    triggers: [triggeredBy(informer)],
    reconcile: async (key: ObjectKey) => {
      const volume = informer.cache.get(key)
      if (volume?.metadata.deletionTimestamp !== undefined && volume.status?.phase !== 'Bound')
        await dropFinalizer(client, persistentVolumes, volume, volumeProtection)
      return settled
    }
  })
}

async function dropFinalizer<T extends KubeObject>(client: KubeClient, resource: Resource<T>, object: T, finalizer: string): Promise<void> {
  const { finalizers = [], uid, resourceVersion } = object.metadata
  if (!finalizers.includes(finalizer)) return
  const left = finalizers.filter((one) => one !== finalizer)
  const body = { metadata: { uid, resourceVersion, finalizers: left } }
  await client.patch(resource, keyOf(object), { type: 'merge', body }).catch((error: unknown) => {
    if (!isNotFound(error)) throw error
  })
}
