/** Volumes that are directories of this machine: what the default StorageClass makes. */
import { chmod, mkdir, rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { PersistentVolume, PersistentVolumeClaim, StorageClass } from '@knative-ts/api/kubernetes'
import { provisionedBy } from './volume.plan.ts'

/** The provisioner's name, in StorageClasses. */
export const localProvisioner = 'standalone.knative.dev/local-directory'

/** The class of claims that name none. */
export const defaultStorageClass: StorageClass = {
  apiVersion: 'storage.k8s.io/v1',
  kind: 'StorageClass',
  metadata: { name: 'standard', annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } },
  provisioner: localProvisioner,
  reclaimPolicy: 'Delete',
  volumeBindingMode: 'Immediate'
}

export class LocalDirectories {
  readonly #root: string

  /** `root`: a directory of their own; it is made when the first volume is. */
  constructor(root: string) {
    this.#root = root
  }

  /** Makes the directory of a claim's volume, and says how the volume is to be. Rejects with a sentence when it cannot be made. */
  async provision(claim: PersistentVolumeClaim, storageClass: StorageClass): Promise<PersistentVolume> {
    if (claim.spec?.volumeMode === 'Block') throw new Error(`${localProvisioner} makes no block volumes: use volumeMode Filesystem`)
    const name = `pvc-${claim.metadata.uid}`
    const { namespace = '', name: claimName = '', uid = '' } = claim.metadata
    const path = join(this.#root, `${name}_${namespace}_${claimName}`)
    await mkdir(path, { recursive: true })
    // Whatever user a pod runs as may write: as the provisioners of other one-machine clusters leave it. mkdir's mode is cut by the umask.
    await chmod(path, 0o777)
    return {
      apiVersion: 'v1',
      kind: 'PersistentVolume',
      metadata: { name, annotations: { [provisionedBy]: localProvisioner } },
      spec: {
        accessModes: claim.spec?.accessModes ?? [],
        capacity: { storage: claim.spec?.resources?.requests?.['storage'] ?? '0' },
        claimRef: { apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace, name: claimName, uid },
        hostPath: { path, type: 'DirectoryOrCreate' },
        persistentVolumeReclaimPolicy: storageClass.reclaimPolicy ?? 'Delete',
        ...(storageClass.mountOptions === undefined ? {} : { mountOptions: storageClass.mountOptions }),
        storageClassName: storageClass.metadata.name ?? '',
        volumeMode: 'Filesystem'
      }
    }
  }

  /** Removes a volume's directory with what is in it. Rejects when the path is none of those made here. */
  async remove(volume: PersistentVolume): Promise<void> {
    const path = volume.spec?.hostPath?.path ?? ''
    if (path !== join(this.#root, basename(path)) || !basename(path).startsWith('pvc-'))
      throw new Error(`volume ${volume.metadata.name} is at ${path}, which ${localProvisioner} did not make: remove it by hand`)
    await rm(path, { recursive: true, force: true })
  }
}
