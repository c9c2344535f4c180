/** Rules of what a PersistentVolumeClaim asks for: in claims, in templates of claims. */
import type { ObjectMeta } from '@knative-ts/api'
import type * as k8s from '@knative-ts/api/kubernetes'
import { forbiddenField, invalidValue, required, type Cause } from '../../http/errors.ts'
import { named, optionalWord, subdomain } from '../checks.ts'
import { checkAnnotations, checkLabels } from '../metadata.rules.ts'
import { labelProblems } from '../names.ts'
import { quantityValue } from '../quantity.ts'
import { checkSelector } from '../selector.rules.ts'

const MODES = ['ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOnce', 'ReadWriteOncePod']

/** Access modes of a claim or a volume, without the rule that there has to be one. */
export function checkAccessModes(modes: readonly string[], field: string): Cause[] {
  const causes = modes.flatMap((mode) => optionalWord(field, mode, MODES))
  const known = modes.filter((mode) => MODES.includes(mode))
  if (known.includes('ReadWriteOncePod') && known.some((mode) => mode !== 'ReadWriteOncePod'))
    causes.push(forbiddenField(field, 'may not use ReadWriteOncePod with other access modes'))
  return causes
}

/** How a volume is used. */
export const checkVolumeMode = (mode: string | undefined, field: string): Cause[] => optionalWord(field, mode, ['Block', 'Filesystem'])

export function checkClaimSpec(spec: k8s.PersistentVolumeClaimSpec | undefined, field: string): Cause[] {
  const modes = spec?.accessModes ?? []
  const causes: Cause[] = modes.length === 0 ? [required(`${field}.accessModes`, 'at least 1 access mode is required')] : []
  causes.push(...checkSelector(spec?.selector, `${field}.selector`), ...checkAccessModes(modes, `${field}.accessModes`))
  const size = spec?.resources?.requests?.['storage']
  const at = `${field}.resources[storage]`
  if (size === undefined) causes.push(required(at))
  else if (quantityValue(size) <= 0) causes.push(invalidValue(at, size, 'must be greater than zero'))
  if (spec?.storageClassName) causes.push(...subdomain(`${field}.storageClassName`, spec.storageClassName))
  causes.push(...checkVolumeMode(spec?.volumeMode, `${field}.volumeMode`))
  if (spec?.dataSource != null) causes.push(...checkSource(spec.dataSource, `${field}.dataSource`))
  const reference = spec?.dataSourceRef
  if (reference != null) {
    causes.push(...checkSource(reference, `${field}.dataSourceRef`))
    if (reference.namespace) causes.push(...named(`${field}.dataSourceRef.namespace`, reference.namespace, labelProblems))
  }
  if (spec?.volumeAttributesClassName) causes.push(...subdomain(`${field}.volumeAttributesClassName`, spec.volumeAttributesClassName))
  return causes
}

function checkSource({ apiGroup, kind, name }: k8s.TypedObjectReference | k8s.TypedLocalObjectReference, at: string): Cause[] {
  const causes: Cause[] = []
  if (!name) causes.push(required(`${at}.name`))
  if (!kind) causes.push(required(`${at}.kind`))
  if (apiGroup) return [...causes, ...subdomain(`${at}.apiGroup`, apiGroup)]
  if (kind === 'PersistentVolumeClaim') return causes
  return [...causes, invalidValue(at, kind ?? '', "must be 'PersistentVolumeClaim' when referencing the default apiGroup")]
}

/** A claim that is made for a pod. */
export function checkClaimTemplate(template: k8s.PersistentVolumeClaimTemplate, field: string): Cause[] {
  const { labels, annotations, ...others } = (template.metadata ?? {}) as ObjectMeta
  return [
    ...checkAnnotations(annotations, `${field}.metadata.annotations`),
    ...checkLabels(labels, `${field}.metadata.labels`),
    ...Object.keys(others).map((name) => forbiddenField(`${field}.metadata.${name}`, 'cannot be set')),
    ...checkClaimSpec(template.spec, `${field}.spec`)
  ]
}
