import { generic, missing, missingOneOf, multipleOneOf, under, underItem, type FieldError } from '../../validation/field-error.ts'
import type { VolumeProjection } from './volume.schema.ts'

interface KeyToPath {
  readonly key?: string
  readonly path?: string
}

/** A key of a ConfigMap or Secret needs a file, a file needs a key. */
export function keyErrors({ key = '', path = '' }: KeyToPath): FieldError[] {
  return [...(key === '' ? [missing('key')] : []), ...(path === '' ? [missing('path')] : [])]
}

/** What is wrong with one source of a projected volume. */
export function projectionErrors(source: VolumeProjection): FieldError[] {
  const { secret, configMap, serviceAccountToken, downwardAPI } = source
  const kinds = (['secret', 'configMap', 'serviceAccountToken', 'downwardAPI'] as const).filter((kind) => source[kind] !== undefined)
  return [
    ...(kinds.length === 0 ? [missingOneOf('secret', 'configMap', 'serviceAccountToken', 'downwardAPI')] : []),
    ...(kinds.length > 1 ? [multipleOneOf(...kinds)] : []),
    ...(secret === undefined ? [] : under('secret', namedErrors(secret))),
    ...(configMap === undefined ? [] : under('configMap', namedErrors(configMap))),
    ...(serviceAccountToken !== undefined && serviceAccountToken.path === '' ? [missing('serviceAccountToken.path')] : []),
    ...(downwardAPI?.items ?? []).flatMap((item, index) => underItem('downwardAPI.items', index, downwardErrors(item)))
  ]
}

function namedErrors({ name = '', items = [] }: { readonly name?: string; readonly items?: readonly KeyToPath[] }): FieldError[] {
  return [...(name === '' ? [missing('name')] : []), ...items.flatMap((item, index) => underItem('items', index, keyErrors(item)))]
}

interface DownwardItem {
  readonly path?: string
  readonly fieldRef?: unknown
  readonly resourceFieldRef?: unknown
}

function downwardErrors({ path = '', fieldRef, resourceFieldRef }: DownwardItem): FieldError[] {
  const errors = path === '' ? [missing('path')] : []
  if (fieldRef === undefined && resourceFieldRef === undefined) return [...errors, missingOneOf('fieldRef', 'resourceFieldRef')]
  if (fieldRef === undefined || resourceFieldRef === undefined) return errors
  return [...errors, generic('Within a single item, cannot set both', 'resourceFieldRef', 'fieldRef')]
}
