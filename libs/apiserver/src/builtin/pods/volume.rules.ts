/** Rules of volumes: one source each, unique names, named objects. */
import type * as k8s from '@knative-ts/api/kubernetes'
import { duplicateValue, forbiddenField, invalidValue, required, type Cause } from '../../http/errors.ts'
import { labelProblems } from '../names.ts'

// The order in which the reference looks at sources: the first is the one, the others are forbidden.
const SOURCES = [
  'emptyDir',
  'hostPath',
  'gcePersistentDisk',
  'awsElasticBlockStore',
  'gitRepo',
  'secret',
  'nfs',
  'iscsi',
  'glusterfs',
  'persistentVolumeClaim',
  'rbd',
  'cinder',
  'cephfs',
  'flexVolume',
  'downwardAPI',
  'fc',
  'azureFile',
  'configMap',
  'projected',
  'portworxVolume',
  'csi',
  'ephemeral',
  'image'
] as const

export function checkVolumes(volumes: readonly k8s.Volume[], field: string): Cause[] {
  const causes: Cause[] = []
  const names = new Set<string>()
  volumes.forEach((volume, index) => {
    const at = `${field}[${index}]`
    const start = causes.length
    if (!volume.name) causes.push(required(`${at}.name`))
    else for (const problem of labelProblems(volume.name)) causes.push(invalidValue(`${at}.name`, volume.name, problem))
    const sources = volume as unknown as Readonly<Record<string, unknown>>
    const present = SOURCES.filter((name) => sources[name] !== undefined && sources[name] !== null)
    if (volume.secret != null && !volume.secret.secretName) causes.push(required(`${at}.secret.secretName`))
    if (volume.configMap != null && present[0] === 'configMap' && !volume.configMap.name) causes.push(required(`${at}.configMap.name`))
    if (volume.hostPath != null && !volume.hostPath.path) causes.push(required(`${at}.hostPath.path`))
    for (const extra of present.slice(1)) causes.push(forbiddenField(`${at}.${extra}`, 'may not specify more than 1 volume type'))
    if (names.has(volume.name)) causes.push(duplicateValue(`${at}.name`, volume.name))
    // A volume that is wrong in itself is not one that others can be equal to.
    if (causes.length === start) names.add(volume.name)
  })
  return causes
}
