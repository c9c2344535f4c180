/** Rules of mounts and block devices of containers. */
import type * as k8s from '@knative-ts/api/kubernetes'
import { forbiddenField, invalidValue, notFoundValue, required, unsupportedValue, type Cause } from '../../http/errors.ts'
import { each } from '../checks.ts'
import { checkDescending, checkNoBacksteps } from './path.rules.ts'

/** The volumes of a pod that are valid in themselves, by name. */
export type Volumes = ReadonlyMap<string, k8s.Volume>

const PROPAGATIONS = ['Bidirectional', 'HostToContainer', 'None']

export function checkMounts(container: k8s.Container, field: string, volumes: Volumes): Cause[] {
  const paths = new Set<string>()
  const devices = container.volumeDevices ?? []
  return each(container.volumeMounts, field, (mount, at) => {
    const { name = '', mountPath = '', subPath, subPathExpr } = mount
    const causes: Cause[] = []
    if (name === '') causes.push(required(`${at}.name`))
    if (!volumes.has(name)) causes.push(notFoundValue(`${at}.name`, name))
    if (mountPath === '') causes.push(required(`${at}.mountPath`))
    if (paths.has(mountPath)) causes.push(invalidValue(`${at}.mountPath`, mountPath, 'must be unique'))
    paths.add(mountPath)
    if (devices.some((device) => device.name === name))
      causes.push(invalidValue(`${at}.name`, name, 'must not already exist in volumeDevices'))
    if (devices.some((device) => device.devicePath === mountPath))
      causes.push(invalidValue(`${at}.mountPath`, mountPath, 'must not already exist as a path in volumeDevices'))
    // The reference leaves the place in the list out of these paths.
    if (subPath) causes.push(...checkDescending(subPath, `${field}.subPath`))
    if (subPathExpr) {
      if (subPath) causes.push(invalidValue(`${at}.subPathExpr`, subPathExpr, 'subPathExpr and subPath are mutually exclusive'))
      causes.push(...checkDescending(subPathExpr, `${field}.subPathExpr`))
    }
    return [...causes, ...checkPropagation(mount, container, field), ...checkRecursive(mount, `${field}.recursiveReadOnly`)]
  })
}

function checkPropagation({ mountPropagation: mode }: k8s.VolumeMount, { securityContext }: k8s.Container, field: string): Cause[] {
  if (mode === undefined || mode === null) return []
  const at = `${field}.mountPropagation`
  const causes = PROPAGATIONS.includes(mode) ? [] : [unsupportedValue(at, mode, PROPAGATIONS)]
  if (mode === 'Bidirectional' && securityContext?.privileged !== true)
    causes.push(forbiddenField(at, 'Bidirectional mount propagation is available only to privileged containers'))
  return causes
}

function checkRecursive({ recursiveReadOnly: mode, readOnly, mountPropagation }: k8s.VolumeMount, field: string): Cause[] {
  if (mode === undefined || mode === null || mode === 'Disabled') return []
  if (mode !== 'Enabled' && mode !== 'IfPossible') return [unsupportedValue(field, mode, ['Disabled', 'Enabled', 'IfPossible'])]
  const causes: Cause[] = []
  if (readOnly !== true) causes.push(forbiddenField(field, 'may only be specified when readOnly is true'))
  if (mountPropagation != null && mountPropagation !== 'None')
    causes.push(forbiddenField(field, 'may only be specified when mountPropagation is None or not specified'))
  return causes
}

export function checkDevices(container: k8s.Container, field: string, volumes: Volumes): Cause[] {
  const names = new Set<string>()
  const paths = new Set<string>()
  const mounts = container.volumeMounts ?? []
  return each(container.volumeDevices, field, ({ name = '', devicePath = '' }, at) => {
    const volume = volumes.get(name)
    const causes: Cause[] = []
    if (name === '') causes.push(required(`${at}.name`))
    if (names.has(name)) causes.push(invalidValue(`${at}.name`, name, 'must be unique'))
    if (volume === undefined) causes.push(notFoundValue(`${at}.name`, name))
    else if (volume.persistentVolumeClaim == null && volume.ephemeral == null)
      causes.push(invalidValue(`${at}.name`, name, 'can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode'))
    if (devicePath === '') causes.push(required(`${at}.devicePath`))
    if (paths.has(devicePath)) causes.push(invalidValue(`${at}.devicePath`, devicePath, 'must be unique'))
    if (checkNoBacksteps(devicePath, at).length > 0)
      causes.push(invalidValue(`${at}.devicePath`, devicePath, "can not contain backsteps ('..')"))
    else paths.add(devicePath)
    if (mounts.some((mount) => mount.name === name)) causes.push(invalidValue(`${at}.name`, name, 'must not already exist in volumeMounts'))
    if (mounts.some(({ mountPath }) => mountPath === devicePath))
      causes.push(invalidValue(`${at}.devicePath`, devicePath, 'must not already exist as a path in volumeMounts'))
    if (name !== '') names.add(name)
    return causes
  })
}
