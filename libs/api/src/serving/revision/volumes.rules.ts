import type { EmptyDirVolumeSource, ImageVolumeSource } from '../../kubernetes/index.ts'
import type { FeaturesConfig, FlagName } from '../../config/features-config.ts'
import { parseQuantity } from '../../go/quantity.ts'
import { dns1123LabelProblems } from '../../names/name-rules.ts'
import { disallowed, generic, invalidValue, missing, missingOneOf, multipleOneOf, under, underItem } from '../../validation/field-error.ts'
import type { FieldError } from '../../validation/field-error.ts'
import type { Container } from './container.schema.ts'
import { keyErrors, projectionErrors } from './projection.rules.ts'
import type { Volume } from './volume.schema.ts'

const plainSources = ['secret', 'configMap', 'projected'] as const
type Source = 'emptyDir' | 'hostPath' | 'image' | 'csi' | 'ephemeral' | 'persistentVolumeClaim'

/** Sources behind a flag: Allowed lifts the mask, only Enabled lets them be used. */
const flagged: readonly (readonly [source: Source, flag: FlagName, name: string])[] = [
  ['emptyDir', 'volumesEmptyDir', 'EmptyDir'],
  ['persistentVolumeClaim', 'persistentVolumeClaim', ''],
  ['hostPath', 'volumesHostPath', 'HostPath'],
  ['csi', 'volumesCsi', 'CSI'],
  ['ephemeral', 'volumesEphemeral', 'Ephemeral'],
  ['image', 'volumesImage', 'Image']
]

/** What is wrong with the volumes: each has one source that is allowed, and some container mounts it. */
export function volumesErrors(volumes: readonly Volume[], containers: readonly Container[], features: FeaturesConfig): FieldError[] {
  const mounted = new Set(containers.flatMap(({ volumeMounts }) => (volumeMounts ?? []).map(({ name }) => name)))
  const seen = new Set<string>()
  return volumes.flatMap((volume, index) => {
    const errors: FieldError[] = [...maskErrors(volume, features), ...volumeErrors(volume, features)]
    if (seen.has(volume.name)) errors.push(generic(`duplicate volume name "${volume.name}"`, 'name'))
    if (!mounted.has(volume.name)) errors.push(generic(`volume with name "${volume.name}" not mounted`, 'name'))
    seen.add(volume.name)
    return [...underItem('volumes', index, errors), ...featureErrors(volume, features)]
  })
}

/** These have no path: they are about the cluster. */
function featureErrors(volume: Volume, features: FeaturesConfig): FieldError[] {
  const errors = flagged
    .filter(([source, flag, name]) => name !== '' && volume[source] !== undefined && features[flag] !== 'Enabled')
    .map(([, , name]) => generic(`${name} volume support is disabled, but found ${name} volume ${volume.name}`))
  const claim = volume.persistentVolumeClaim
  if (claim === undefined) return errors
  const name = claim.claimName
  if (features.persistentVolumeClaim !== 'Enabled') {
    errors.push(generic(`Persistent volume claim support is disabled, but found persistent volume claim ${name}`))
  }
  if (claim.readOnly !== true && features.persistentVolumeWrite !== 'Enabled') {
    errors.push(generic(`Persistent volume write support is disabled, but found persistent volume claim ${name} that is not read-only`))
  }
  return errors
}

const maskErrors = (volume: Volume, features: FeaturesConfig): FieldError[] =>
  flagged.filter(([source, flag]) => volume[source] !== undefined && features[flag] === 'Disabled').map(([source]) => disallowed(source))

function volumeErrors(volume: Volume, features: FeaturesConfig): FieldError[] {
  const errors: FieldError[] = []
  if (volume.name === '') errors.push(missing('name'))
  else if (dns1123LabelProblems(volume.name).length > 0) errors.push(invalidValue(volume.name, 'name'))
  const sources = [...plainSources, ...flagged.map(([source]) => source)].filter((source) => volume[source] !== undefined)
  const open = flagged.filter(([, flag]) => features[flag] === 'Enabled').map(([source]) => source)
  if (sources.length === 0) errors.push(missingOneOf(...plainSources, ...open))
  if (sources.length > 1) errors.push(multipleOneOf(...sources))
  const items = [...(volume.secret?.items ?? []), ...(volume.configMap?.items ?? [])]
  return [
    ...errors,
    ...items.flatMap((item, index) => underItem('items', index, keyErrors(item))),
    ...(volume.projected?.sources ?? []).flatMap((source, index) => underItem('projected', index, projectionErrors(source))),
    ...under('emptyDir', emptyDirErrors(volume.emptyDir ?? {})),
    ...(volume.image === undefined ? [] : under('image', imageErrors(volume.image)))
  ]
}

function emptyDirErrors({ medium = '', sizeLimit }: EmptyDirVolumeSource): FieldError[] {
  const errors: FieldError[] = []
  if (medium !== '' && medium !== 'Memory') errors.push(invalidValue(medium, 'medium'))
  const size = sizeLimit === undefined ? undefined : parseQuantity(sizeLimit)
  if (size?.ok === true && size.value.nanos < 0n) errors.push(invalidValue(sizeLimit, 'sizeLimit'))
  return errors
}

function imageErrors({ reference = '', pullPolicy = '' }: ImageVolumeSource): FieldError[] {
  const errors = reference === '' ? [missing('reference')] : []
  const known = ['', 'Always', 'Never', 'IfNotPresent'].includes(pullPolicy)
  return known ? errors : [...errors, invalidValue(pullPolicy, 'pullPolicy')]
}
