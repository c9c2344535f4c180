/** Columns of volumes, claims and their classes. */
import type * as k8s from '@knative-ts/api/kubernetes'
import { cell, type Printer } from './cell.ts'

const MODES: Readonly<Record<string, string>> = {
  ReadWriteOnce: 'RWO',
  ReadOnlyMany: 'ROX',
  ReadWriteMany: 'RWX',
  ReadWriteOncePod: 'RWOP'
}
const UNSET = '<unset>'
const DEFAULT_CLASS = 'storageclass.kubernetes.io/is-default-class'
/** The class of volumes from before there was a field for it. */
const OLD_CLASS = 'volume.beta.kubernetes.io/storage-class'

const modesText = (modes: readonly string[] | undefined) =>
  Object.keys(MODES)
    .filter((mode) => modes?.includes(mode) === true)
    .map((mode) => MODES[mode])
    .join(',')

const phaseText = ({ metadata, status }: k8s.PersistentVolume | k8s.PersistentVolumeClaim) =>
  metadata.deletionTimestamp === undefined ? (status?.phase ?? '') : 'Terminating'

const classText = ({ metadata, spec }: k8s.PersistentVolume | k8s.PersistentVolumeClaim) =>
  metadata.annotations?.[OLD_CLASS] ?? spec?.storageClassName ?? ''

const whenBound = (claim: k8s.PersistentVolumeClaim, text: string) => (claim.spec?.volumeName ? text : '')

export const storagePrinters: Readonly<Record<string, Printer>> = {
  '/persistentvolumeclaims': {
    Status: cell(phaseText),
    Volume: cell<k8s.PersistentVolumeClaim>(({ spec }) => spec?.volumeName ?? ''),
    Capacity: cell<k8s.PersistentVolumeClaim>((claim) => whenBound(claim, String(claim.status?.capacity?.['storage'] ?? 0))),
    'Access Modes': cell<k8s.PersistentVolumeClaim>((claim) => whenBound(claim, modesText(claim.status?.accessModes))),
    StorageClass: cell(classText),
    VolumeAttributesClass: cell<k8s.PersistentVolumeClaim>(({ spec }) => spec?.volumeAttributesClassName ?? UNSET),
    VolumeMode: cell<k8s.PersistentVolumeClaim>(({ spec }) => spec?.volumeMode ?? UNSET)
  },
  '/persistentvolumes': {
    Capacity: cell<k8s.PersistentVolume>(({ spec }) => String(spec?.capacity?.['storage'] ?? 0)),
    'Access Modes': cell<k8s.PersistentVolume>(({ spec }) => modesText(spec?.accessModes)),
    'Reclaim Policy': cell<k8s.PersistentVolume>(({ spec }) => spec?.persistentVolumeReclaimPolicy ?? ''),
    Status: cell(phaseText),
    Claim: cell<k8s.PersistentVolume>(({ spec }) => (spec?.claimRef == null ? '' : `${spec.claimRef.namespace}/${spec.claimRef.name}`)),
    StorageClass: cell(classText),
    VolumeAttributesClass: cell<k8s.PersistentVolume>(({ spec }) => spec?.volumeAttributesClassName ?? UNSET),
    Reason: cell<k8s.PersistentVolume>(({ status }) => status?.reason ?? ''),
    VolumeMode: cell<k8s.PersistentVolume>(({ spec }) => spec?.volumeMode ?? UNSET)
  },
  'storage.k8s.io/storageclasses': {
    Name: cell<k8s.StorageClass>(
      ({ metadata }) => `${metadata.name}${metadata.annotations?.[DEFAULT_CLASS] === 'true' ? ' (default)' : ''}`
    ),
    Provisioner: cell<k8s.StorageClass>(({ provisioner }) => provisioner),
    ReclaimPolicy: cell<k8s.StorageClass>(({ reclaimPolicy }) => reclaimPolicy ?? 'Delete'),
    VolumeBindingMode: cell<k8s.StorageClass>(({ volumeBindingMode }) => volumeBindingMode ?? 'Immediate'),
    AllowVolumeExpansion: cell<k8s.StorageClass>(({ allowVolumeExpansion }) => allowVolumeExpansion ?? false)
  }
}
