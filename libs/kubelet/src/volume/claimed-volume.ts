/** The directory behind a PersistentVolumeClaim: what its volume is on this machine. */
import type * as k8s from '@knative-ts/api/kubernetes'
import { VolumeError } from './payload.ts'

/** Where claims and volumes are read; undefined when there is none of that name. */
export interface StorageReferences {
  claim(namespace: string, name: string): Promise<k8s.PersistentVolumeClaim | undefined>
  volume(name: string): Promise<k8s.PersistentVolume | undefined>
}

/** The claim that a volume of a pod uses: one of the pod's namespace, or, for an ephemeral volume, the pod's own. */
export function claimNameOf(pod: k8s.Pod, { name, persistentVolumeClaim, ephemeral }: k8s.Volume): string | undefined {
  if (persistentVolumeClaim !== undefined) return persistentVolumeClaim.claimName
  return ephemeral === undefined ? undefined : `${pod.metadata.name}-${name}`
}

/** Rejects with a {@link VolumeError} when the claim is not bound, or to something that this machine cannot mount. */
export async function claimedSource(
  pod: k8s.Pod,
  claimName: string,
  references: StorageReferences | undefined
): Promise<k8s.HostPathVolumeSource> {
  const namespace = pod.metadata.namespace ?? ''
  const claim = await references?.claim(namespace, claimName)
  if (claim === undefined) throw new VolumeError(`persistentvolumeclaim "${claimName}" not found`)
  const volumeName = claim.spec?.volumeName
  if (!volumeName || claim.status?.phase !== 'Bound') throw new VolumeError(`PVC ${namespace}/${claimName} is not bound`)
  const volume = await references?.volume(volumeName)
  if (volume === undefined) throw new VolumeError(`persistentvolume "${volumeName}" not found`)
  if (volume.spec?.claimRef?.uid !== claim.metadata.uid)
    throw new VolumeError(`volume ${volumeName} is bound to another claim than ${namespace}/${claimName}`)
  if (volume.spec?.volumeMode === 'Block')
    throw new VolumeError(`volume ${volumeName} is a block device, which this node cannot give to a pod`)
  const source = volume.spec?.hostPath ?? (volume.spec?.local === undefined ? undefined : { path: volume.spec.local.path })
  if (source !== undefined) return source
  throw new VolumeError(`volume ${volumeName} is neither hostPath nor local: this node mounts directories of its own machine only`)
}
