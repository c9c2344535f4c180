/** Rules of volumes: one source each, unique names, named objects. */
import type * as k8s from '@knative-ts/api/kubernetes'
import { duplicateValue, forbiddenField, invalidValue, required, tooLong, type Cause } from '../../http/errors.ts'
import { each, named, optionalWord, requiredName, single } from '../checks.ts'
import { labelProblems, subdomainProblems } from '../names.ts'
import { quantityValue } from '../quantity.ts'
import { checkClaimTemplate } from '../storage/claim-spec.rules.ts'
import type { Volumes } from './mount.rules.ts'
import { checkDescending, checkNoBacksteps } from './path.rules.ts'
import { checkDownwardFile, checkFileMode, checkItems, checkProjected } from './projected-volume.rules.ts'

// The order in which the reference looks at sources: the first is the one, the others are forbidden.
const SOURCES: readonly (keyof k8s.Volume & string)[] = [
  'emptyDir',
  'hostPath',
  'gitRepo',
  'gcePersistentDisk',
  'awsElasticBlockStore',
  'secret',
  'nfs',
  'iscsi',
  'glusterfs',
  'flocker',
  'persistentVolumeClaim',
  'rbd',
  'cinder',
  'cephfs',
  'quobyte',
  'downwardAPI',
  'fc',
  'flexVolume',
  'configMap',
  'azureFile',
  'vsphereVolume',
  'photonPersistentDisk',
  'portworxVolume',
  'azureDisk',
  'storageos',
  'projected',
  'scaleIO',
  'csi',
  'ephemeral',
  'image'
]
// Two sources have other names in refusals.
const TOLD: ReadonlyMap<string, string> = new Map([
  ['downwardAPI', 'downwarAPI'],
  ['cephfs', 'cephFS']
])
const HOST_PATH_TYPES = ['', 'BlockDevice', 'CharDevice', 'Directory', 'DirectoryOrCreate', 'File', 'FileOrCreate', 'Socket']
const MORE = 'may not specify more than 1 volume type'

/** `pod` is the name of the pod when there is one: a template has none. */
export function checkVolumes(
  volumes: readonly k8s.Volume[] | undefined,
  field: string,
  pod: string | undefined
): { causes: Cause[]; valid: Volumes } {
  const valid = new Map<string, k8s.Volume>()
  const made = new Set((volumes ?? []).flatMap(({ name, ephemeral }) => (pod && ephemeral != null ? [`${pod}-${name}`] : [])))
  const causes = each(volumes, field, (volume, at) => {
    const found = checkVolume(volume, at, pod)
    const { name = '' } = volume
    found.push(...requiredName(`${at}.name`, name, labelProblems))
    if (valid.has(name)) found.push(duplicateValue(`${at}.name`, name))
    // A volume that is wrong in itself is not one that others can be equal to, or that containers can mount.
    if (found.length === 0) valid.set(name, volume)
    const claim = volume.persistentVolumeClaim?.claimName
    if (claim !== undefined && made.has(claim)) {
      const why = 'must not reference a PVC that gets created for an ephemeral volume'
      found.push(invalidValue(`${at}.persistentVolumeClaim.claimName`, claim, why))
    }
    return found
  })
  return { causes, valid }
}

function checkVolume(volume: k8s.Volume, field: string, pod: string | undefined): Cause[] {
  const { count, causes } = single(volume, field, SOURCES, MORE, (source, at) => checkSource(volume, source, at, field, pod))
  if (count === 0) return [required(field, 'must specify a volume type')]
  return causes.map((cause) => {
    const [, source = ''] = /\.([A-Za-z]+)$/.exec(cause.field) ?? []
    const told = TOLD.get(source)
    return told !== undefined && cause.message === `Forbidden: ${MORE}` ? { ...cause, field: `${field}.${told}` } : cause
  })
}

const need = (at: string, names: Readonly<Record<string, unknown>>): Cause[] =>
  Object.entries(names).flatMap(([name, value]) => (value ? [] : [required(`${at}.${name}`)]))

function checkSource(volume: k8s.Volume, source: string, at: string, field: string, pod: string | undefined): Cause[] {
  switch (source) {
    case 'emptyDir':
      return quantityValue(volume.emptyDir?.sizeLimit ?? 0) < 0
        ? [forbiddenField(`${at}.sizeLimit`, 'SizeLimit field must be a valid resource quantity')]
        : []
    case 'hostPath':
      return checkHostPath(volume.hostPath, at)
    case 'gitRepo':
      return [
        ...need(at, { repository: volume.gitRepo?.repository }),
        ...checkDescending(volume.gitRepo?.directory ?? '', `${at}.directory`)
      ]
    case 'secret':
      return [...need(at, { secretName: volume.secret?.secretName }), ...checkFiles(volume.secret, at)]
    case 'configMap':
      return [...need(at, { name: volume.configMap?.name }), ...checkFiles(volume.configMap, at)]
    case 'nfs':
      return checkNfs(volume.nfs, at)
    case 'persistentVolumeClaim':
      return need(at, { claimName: volume.persistentVolumeClaim?.claimName })
    case 'downwardAPI':
      return [
        ...checkFileMode(volume.downwardAPI?.defaultMode, `${at}.defaultMode`),
        ...(volume.downwardAPI?.items ?? []).flatMap((file) => checkDownwardFile(file, at))
      ]
    case 'projected':
      return checkProjected(volume.projected ?? ({} as k8s.ProjectedVolumeSource), at)
    case 'csi':
      return checkCsi(volume.csi, at)
    case 'ephemeral':
      return checkEphemeral(volume, at, field, pod)
    case 'glusterfs':
      return need(at, { endpoints: volume.glusterfs?.endpoints, path: volume.glusterfs?.path })
    default:
      // Plugins that are gone, or live outside: a node that cannot mount them says so.
      return []
  }
}

const checkFiles = (source: k8s.SecretVolumeSource | k8s.ConfigMapVolumeSource | undefined, at: string): Cause[] => [
  ...checkFileMode(source?.defaultMode, `${at}.defaultMode`),
  ...checkItems(source?.items, `${at}.items`)
]

/** A directory or file of the node. */
export function checkHostPath(source: k8s.HostPathVolumeSource | undefined, at: string): Cause[] {
  if (!source?.path) return [required(`${at}.path`)]
  return [...checkNoBacksteps(source.path, `${at}.path`), ...optionalWord(`${at}.type`, source.type, HOST_PATH_TYPES)]
}

/** An export of a file server. */
export function checkNfs(source: k8s.NFSVolumeSource | undefined, at: string): Cause[] {
  const path = source?.path ?? ''
  return [
    ...need(at, { server: source?.server, path }),
    ...(path.startsWith('/') ? [] : [invalidValue(`${at}.path`, path, 'must be an absolute path')])
  ]
}

/** The name of a driver outside. */
export const checkDriverName = (driver: string, at: string): Cause[] => [
  ...(driver === '' ? [required(at)] : []),
  ...(driver.length > 63 ? [tooLong(at, 63)] : []),
  ...subdomainProblems(driver.toLowerCase()).map((problem) => invalidValue(at, driver, problem))
]

function checkCsi(source: k8s.CSIVolumeSource | undefined, at: string): Cause[] {
  const causes = checkDriverName(source?.driver ?? '', `${at}.driver`)
  const secret = source?.nodePublishSecretRef
  if (secret == null) return causes
  if (!secret.name) return [...causes, required(`${at}.nodePublishSecretRef.name`)]
  return [...causes, ...named(`${at}.name`, secret.name, subdomainProblems)]
}

function checkEphemeral({ name, ephemeral }: k8s.Volume, at: string, field: string, pod: string | undefined): Cause[] {
  const template = ephemeral?.volumeClaimTemplate
  const causes = template == null ? [required(`${at}.volumeClaimTemplate`)] : checkClaimTemplate(template, `${at}.volumeClaimTemplate`)
  if (!pod || !name) return causes
  const claim = `${pod}-${name}`
  const problems = subdomainProblems(claim).map((problem) =>
    invalidValue(`${field}.name`, name, `PVC name ${JSON.stringify(claim)}: ${problem}`)
  )
  return [...causes, ...problems]
}
