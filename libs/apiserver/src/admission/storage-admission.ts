/** What claims and volumes get when they are made. Rules: admission plugins StorageObjectInUseProtection and DefaultStorageClass of 1.34. */
import type { KubeObject } from '@knative-ts/api'
import type * as k8s from '@knative-ts/api/kubernetes'
import { defaultClass } from '../controllers/persistent-volume/claim.plan.ts'
import type { Call, World } from '../requests/call.ts'

export const claimProtection = 'kubernetes.io/pvc-protection'
export const volumeProtection = 'kubernetes.io/pv-protection'

/** Changes `object`, which is being created, in place. */
export function admitStorage(world: World, call: Call, object: KubeObject): void {
  if (call.type.storage === '/persistentvolumes') protect(object, volumeProtection)
  if (call.type.storage !== '/persistentvolumeclaims') return
  protect(object, claimProtection)
  const claim = object as k8s.PersistentVolumeClaim
  const named = claim.metadata.annotations?.['volume.beta.kubernetes.io/storage-class'] ?? claim.spec?.storageClassName
  if (claim.spec === undefined || named !== undefined) return
  const classes = world.store.list('storage.k8s.io/storageclasses').map((stored) => stored.object as k8s.StorageClass)
  const name = defaultClass(classes)?.metadata.name
  if (name !== undefined) claim.spec.storageClassName = name
}

function protect(object: KubeObject, finalizer: string): void {
  const { finalizers = [] } = object.metadata
  if (!finalizers.includes(finalizer)) object.metadata = { ...object.metadata, finalizers: [...finalizers, finalizer] }
}
