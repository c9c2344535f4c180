import type { FeaturesConfig } from '../../config/features-config.ts'
import { disallowed, generic, invalidValue, missing, underItem, type FieldError } from '../../validation/field-error.ts'
import type { VolumeMount } from './container.schema.ts'
import type { Volume } from './volume.schema.ts'

const reservedPaths = ['/', '/dev', '/dev/log']

/** What is wrong with the mounts of a container. Paths are relative to the list. */
export function volumeMountsErrors(mounts: readonly VolumeMount[], volumes: readonly Volume[], features: FeaturesConfig): FieldError[] {
  const seen = new Set<string>()
  return mounts.flatMap((mount, index) => {
    const path = cleaned(mount.mountPath)
    const errors = [...mountErrors(mount, volumes, features), ...pathErrors(mount.mountPath, path, seen)]
    seen.add(path)
    return [...underItem('', index, errors), ...propagationFeatureErrors(mount, features)]
  })
}

function mountErrors(mount: VolumeMount, volumes: readonly Volume[], features: FeaturesConfig): FieldError[] {
  const errors: FieldError[] = []
  for (const field of ['recursiveReadOnly', 'subPathExpr']) if (Object.hasOwn(mount, field)) errors.push(disallowed(field))
  const propagation = mount.mountPropagation
  if (propagation !== undefined && features.volumesMountPropagation === 'Disabled') errors.push(disallowed('mountPropagation'))
  const volume = volumes.find(({ name }) => name === mount.name)
  if (volume === undefined) errors.push(generic('volumeMount has no matching volume', 'name'))
  else errors.push(...readOnlyErrors(mount, volume))
  const known = propagation === undefined || ['None', 'HostToContainer'].includes(propagation)
  if (!known && features.volumesMountPropagation !== 'Disabled') {
    errors.push(generic('mount propagation should be set to None or HostToContainer', 'mountPropagation'))
  }
  return errors
}

function readOnlyErrors(mount: VolumeMount, volume: Volume): FieldError[] {
  if (mount.readOnly === true) return []
  if (volume.persistentVolumeClaim?.readOnly === true) return [generic('volume is readOnly but volume mount is not', 'readOnly')]
  const writable = volume.emptyDir ?? volume.persistentVolumeClaim ?? volume.ephemeral
  return writable === undefined ? [generic('volume mount should be readOnly for this type of volume', 'readOnly')] : []
}

function propagationFeatureErrors(mount: VolumeMount, features: FeaturesConfig): FieldError[] {
  if (mount.mountPropagation === undefined || features.volumesMountPropagation === 'Enabled') return []
  return [generic(`Volume Mount Propagation support is disabled, but found volume mount ${mount.name} with mount propagation`)]
}

function pathErrors(given: string, path: string, seen: ReadonlySet<string>): FieldError[] {
  if (given === '') return [missing('mountPath')]
  if (reservedPaths.includes(path)) return [generic(`mountPath ${JSON.stringify(path)} is a reserved path`, 'mountPath')]
  if (!given.startsWith('/')) return [invalidValue(given, 'mountPath')]
  return seen.has(path) ? [invalidValue(`${JSON.stringify(path)} must be unique`, 'mountPath')] : []
}

/** Go's `filepath.Clean`. */
function cleaned(path: string): string {
  const rooted = path.startsWith('/')
  const parts: string[] = []
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue
    if (part !== '..') parts.push(part)
    else if (parts.length > 0 && parts.at(-1) !== '..') parts.pop()
    else if (!rooted) parts.push(part)
  }
  const joined = parts.join('/')
  return rooted ? `/${joined}` : joined === '' ? '.' : joined
}
