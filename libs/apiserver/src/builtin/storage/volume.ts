/** PersistentVolume and StorageClass: defaults, rules, and what may change. */
import type * as k8s from '@knative-ts/api/kubernetes'
import { forbiddenField, invalidValue, required, unsupportedValue, type Cause } from '../../http/errors.ts'
import { sameJson } from '../../requests/same-json.ts'
import { immutable, named, optionalWord, single, subdomain } from '../checks.ts'
import type { KindRules } from '../kind-rules.ts'
import { labelKeyProblems } from '../names.ts'
import { checkNodeSelector } from '../pods/node-affinity.rules.ts'
import { checkDescending } from '../pods/path.rules.ts'
import { checkDriverName, checkHostPath, checkNfs } from '../pods/volume.rules.ts'
import { quantityValue } from '../quantity.ts'
import { sorted } from '../selector.rules.ts'
import { nodeTermWarnings } from '../warnings.ts'
import { checkAccessModes, checkVolumeMode } from './claim-spec.rules.ts'

// In the order of the reference.
const SOURCES: readonly (keyof k8s.PersistentVolumeSpec & string)[] = [
  'hostPath',
  'gcePersistentDisk',
  'awsElasticBlockStore',
  'glusterfs',
  'flocker',
  'nfs',
  'rbd',
  'quobyte',
  'cephfs',
  'iscsi',
  'cinder',
  'fc',
  'flexVolume',
  'azureFile',
  'vsphereVolume',
  'photonPersistentDisk',
  'portworxVolume',
  'azureDisk',
  'scaleIO',
  'local',
  'storageos',
  'csi'
]
const OLD: Readonly<Record<string, string>> = {
  cephfs: 'deprecated in v1.28, non-functional in v1.31+',
  glusterfs: 'deprecated in v1.25, non-functional in v1.26+',
  rbd: 'deprecated in v1.28, non-functional in v1.31+'
}
const OLD_CLASS = 'volume.beta.kubernetes.io/storage-class'

function checkSource(spec: k8s.PersistentVolumeSpec, source: string, at: string): Cause[] {
  switch (source) {
    case 'hostPath':
      return checkHostPath(spec.hostPath, at)
    case 'nfs':
      return checkNfs(spec.nfs, at)
    case 'local': {
      const path = spec.local?.path
      const causes: Cause[] = path
        ? checkDescending(path, `${at}.path`).filter(({ message }) => message.includes("'..'"))
        : [required(`${at}.path`)]
      return spec.nodeAffinity == null ? [...causes, required('spec.nodeAffinity', 'Local volume requires node affinity')] : causes
    }
    case 'csi':
      return [
        ...checkDriverName(spec.csi?.driver ?? '', `${at}.driver`),
        ...(spec.csi?.volumeHandle ? [] : [required(`${at}.volumeHandle`)])
      ]
    default:
      // Plugins that are gone, or live outside: a node that cannot mount them says so.
      return []
  }
}

function checkCapacity(capacity: Readonly<Record<string, string>>): Cause[] {
  const field = 'spec.capacity'
  const names = Object.keys(capacity)
  const causes: Cause[] = names.length === 0 ? [required(field)] : []
  if (capacity['storage'] === undefined || names.length > 1) causes.push(unsupportedValue(field, sorted(capacity), ['storage']))
  for (const name of names.sort()) {
    const value = quantityValue(capacity[name])
    if (value < 0) causes.push(invalidValue(`${field}[${name}]`, value, 'must be a valid resource quantity'))
    if (value <= 0) causes.push(invalidValue(`${field}[${name}]`, capacity[name], 'must be greater than zero'))
  }
  return causes
}

function checkVolume({ spec = {} }: k8s.PersistentVolume): Cause[] {
  const modes = spec.accessModes ?? []
  const causes: Cause[] = modes.length === 0 ? [required('spec.accessModes')] : []
  causes.push(...checkAccessModes(modes, 'spec.accessModes'), ...checkCapacity(spec.capacity ?? {}))
  const policy = spec.persistentVolumeReclaimPolicy
  causes.push(...optionalWord('spec.persistentVolumeReclaimPolicy', policy, ['Delete', 'Recycle', 'Retain']))
  if (spec.nodeAffinity != null) {
    const must = spec.nodeAffinity.required
    const at = 'spec.nodeAffinity.required'
    causes.push(...(must == null ? [required(at, 'must specify required node constraints')] : checkNodeSelector(must, at)))
  }
  const sources = single(spec, 'spec', SOURCES, 'may not specify more than 1 volume type', (source, at) => checkSource(spec, source, at))
  causes.push(...(sources.count === 0 ? [required('spec', 'must specify a volume type')] : sources.causes))
  if (spec.hostPath != null && /^\/+\.?\/*$/.test(spec.hostPath.path ?? '') && policy === 'Recycle')
    causes.push(forbiddenField('spec.persistentVolumeReclaimPolicy', "may not be 'recycle' for a hostPath mount of '/'"))
  if (spec.storageClassName) causes.push(...subdomain('spec.storageClassName', spec.storageClassName))
  return [...causes, ...checkVolumeMode(spec.volumeMode, 'spec.volumeMode')]
}

const sourceOf = (spec: k8s.PersistentVolumeSpec | undefined) => SOURCES.map((name) => spec?.[name] ?? null)

export const volumeRules: KindRules<k8s.PersistentVolume> = {
  defaults({ spec }) {
    if (spec === undefined) return
    spec.persistentVolumeReclaimPolicy ??= 'Retain'
    spec.volumeMode ??= 'Filesystem'
    if (spec.hostPath != null) spec.hostPath.type ??= ''
  },
  prepareCreate(volume, facts) {
    volume.status = { phase: 'Pending', lastPhaseTransitionTime: facts.now }
  },
  check: checkVolume,
  checkUpdate({ spec }, { spec: old }) {
    const causes: Cause[] = sameJson(sourceOf(spec), sourceOf(old))
      ? []
      : [forbiddenField('spec.persistentvolumesource', 'spec.persistentvolumesource is immutable after creation')]
    causes.push(...immutable('volumeMode', spec?.volumeMode, old?.volumeMode))
    return old?.nodeAffinity == null ? causes : [...causes, ...immutable('nodeAffinity', spec?.nodeAffinity, old.nodeAffinity)]
  },
  warnings({ spec, metadata }) {
    const terms = spec?.nodeAffinity?.required?.nodeSelectorTerms ?? []
    return [
      ...(metadata.annotations?.[OLD_CLASS] === undefined
        ? []
        : [`metadata.annotations[${OLD_CLASS}]: deprecated since v1.8; use "storageClassName" attribute instead`]),
      ...(spec?.persistentVolumeReclaimPolicy === 'Recycle'
        ? [
            'spec.persistentVolumeReclaimPolicy: The Recycle reclaim policy is deprecated. Instead, the recommended approach is to use dynamic provisioning.'
          ]
        : []),
      ...terms.flatMap((term, index) => nodeTermWarnings(term, `spec.nodeAffinity.required.nodeSelectorTerms[${index}]`, false)),
      ...Object.keys(OLD).flatMap((source) =>
        (spec as Readonly<Record<string, unknown>> | undefined)?.[source] == null ? [] : [`spec.${source}: ${OLD[source]}`]
      )
    ]
  }
}

function checkClass({ provisioner = '', parameters, reclaimPolicy, volumeBindingMode }: k8s.StorageClass): Cause[] {
  return [
    ...(provisioner === '' ? [required('provisioner')] : named('provisioner', provisioner, (name) => labelKeyProblems(name.toLowerCase()))),
    ...Object.keys(parameters ?? {}).flatMap((key) => (key === '' ? [invalidValue('parameters', '', 'field can not be empty.')] : [])),
    ...optionalWord('reclaimPolicy', reclaimPolicy, ['Delete', 'Retain']),
    ...optionalWord('volumeBindingMode', volumeBindingMode, ['Immediate', 'WaitForFirstConsumer'])
  ]
}

export const storageClassRules: KindRules<k8s.StorageClass> = {
  defaults(storage) {
    storage.reclaimPolicy ??= 'Delete'
    storage.volumeBindingMode ??= 'Immediate'
  },
  checkCreate: checkClass,
  checkUpdate: (storage, before) => [
    ...(sameJson(storage.parameters ?? {}, before.parameters ?? {})
      ? []
      : [forbiddenField('parameters', 'updates to parameters are forbidden.')]),
    ...(storage.provisioner === before.provisioner ? [] : [forbiddenField('provisioner', 'updates to provisioner are forbidden.')]),
    ...(storage.reclaimPolicy === before.reclaimPolicy ? [] : [forbiddenField('reclaimPolicy', 'updates to reclaimPolicy are forbidden.')]),
    ...immutable('volumeBindingMode', storage.volumeBindingMode, before.volumeBindingMode)
  ]
}
