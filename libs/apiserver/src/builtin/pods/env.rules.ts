/** Rules of environment variables of containers. */
import type * as k8s from '@knative-ts/api/kubernetes'
import { invalidValue, required, unsupportedValue, type Cause } from '../../http/errors.ts'
import { each, label, named, requiredName } from '../checks.ts'
import { configKeyProblems, environmentNameProblems, labelKeyProblems, subdomainProblems } from '../names.ts'
import { canonicalQuantity, quantityValue } from '../quantity.ts'
import { checkNoBacksteps } from './path.rules.ts'

const FIELDS = [
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
  'spec.nodeName',
  'spec.serviceAccountName',
  'status.hostIP',
  'status.hostIPs',
  'status.podIP',
  'status.podIPs'
]
/** Names that `metadata.` fields had in other versions: the reference knows them, and no more than these. */
const KNOWN_FIELDS = new Set([
  ...FIELDS,
  'metadata.annotations',
  'metadata.labels',
  'spec.restartPolicy',
  'spec.schedulerName',
  'status.phase',
  'status.nominatedNodeName',
  'spec.host'
])
const RESOURCES = [
  'limits.cpu',
  'limits.ephemeral-storage',
  'limits.memory',
  'requests.cpu',
  'requests.ephemeral-storage',
  'requests.memory'
]
const CPU_UNITS = ['1m', '1']
const BYTE_UNITS = ['1', '1k', '1M', '1G', '1T', '1P', '1E', '1Ki', '1Mi', '1Gi', '1Ti', '1Pi', '1Ei']

export function checkEnvironment(variables: readonly k8s.EnvVar[] | undefined, field: string): Cause[] {
  return each(variables, field, (variable, at) => [
    ...requiredName(`${at}.name`, variable.name, environmentNameProblems),
    ...checkSource(variable, `${at}.valueFrom`)
  ])
}

function checkSource({ value, valueFrom }: k8s.EnvVar, field: string): Cause[] {
  if (valueFrom === undefined || valueFrom === null) return []
  const causes: Cause[] = []
  const { fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef, fileKeyRef } = valueFrom
  if (fieldRef != null) causes.push(...checkFieldReference(fieldRef, FIELDS, `${field}.fieldRef`))
  if (resourceFieldRef != null) causes.push(...checkResourceReference(resourceFieldRef, `${field}.resourceFieldRef`, false))
  if (configMapKeyRef != null) causes.push(...checkKeyReference(configMapKeyRef, `${field}.configMapKeyRef`))
  if (secretKeyRef != null) causes.push(...checkKeyReference(secretKeyRef, `${field}.secretKeyRef`))
  if (fileKeyRef != null) causes.push(...checkFileReference(fileKeyRef, `${field}.fileKeyRef`))
  const count = [fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef, fileKeyRef].filter((source) => source != null).length
  if (count === 0)
    causes.push(invalidValue(field, '', 'must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef` or `secretKeyRef`'))
  else if (value) causes.push(invalidValue(field, '', 'may not be specified when `value` is not empty'))
  else if (count > 1) causes.push(invalidValue(field, '', 'may not have more than one field specified at a time'))
  return causes
}

/** A field of the pod: `metadata.labels['a']`. `fields` are those that stand for one value. */
export function checkFieldReference({ apiVersion, fieldPath }: k8s.ObjectFieldSelector, fields: readonly string[], field: string): Cause[] {
  if (!apiVersion) return [required(`${field}.apiVersion`)]
  if (!fieldPath) return [required(`${field}.fieldPath`)]
  if (apiVersion !== 'v1')
    return [invalidValue(`${field}.fieldPath`, fieldPath, `error converting fieldPath: unsupported pod version: ${apiVersion}`)]
  const [, path, subscript] = /^(.+?)\['(.*)'\]$/.exec(fieldPath) ?? []
  if (path === undefined || subscript === undefined) {
    if (!KNOWN_FIELDS.has(fieldPath))
      return [invalidValue(`${field}.fieldPath`, fieldPath, `error converting fieldPath: field label not supported: ${fieldPath}`)]
    return fields.includes(fieldPath) ? [] : [unsupportedValue(`${field}.fieldPath`, fieldPath, [...fields].sort())]
  }
  if (path === 'metadata.annotations') return named(field, subscript.toLowerCase(), labelKeyProblems)
  if (path === 'metadata.labels') return named(field, subscript, labelKeyProblems)
  return [invalidValue(`${field}.fieldPath`, fieldPath, `error converting fieldPath: field label does not support subscript: ${fieldPath}`)]
}

/** A resource of a container. In volumes the container is named. */
export function checkResourceReference(reference: k8s.ResourceFieldSelector, field: string, inVolume: boolean): Cause[] {
  const { resource = '', containerName, divisor } = reference
  const causes: Cause[] = []
  const isHuge = /^(limits|requests)\.hugepages-/.test(resource)
  if (inVolume && !containerName) causes.push(required(`${field}.containerName`))
  else if (resource === '') causes.push(required(`${field}.resource`))
  else if (!RESOURCES.includes(resource) && !isHuge) causes.push(unsupportedValue(`${field}.resource`, resource, RESOURCES))
  const unit = divisor === undefined || quantityValue(divisor) === 0 ? undefined : canonicalQuantity(divisor)
  if (unit === undefined) return causes
  const refuse = (words: string) => causes.push(invalidValue(`${field}.divisor`, resource, `only divisor's values ${words} resource`))
  const bytes = `${BYTE_UNITS.join(', ')} are supported with the`
  if (resource.endsWith('.cpu') && !CPU_UNITS.includes(unit)) refuse('1m and 1 are supported with the cpu')
  if (resource.endsWith('.memory') && !BYTE_UNITS.includes(unit)) refuse(`${bytes} memory`)
  if (resource.endsWith('.ephemeral-storage') && !BYTE_UNITS.includes(unit)) refuse(`${bytes} local ephemeral storage`)
  if (isHuge && !BYTE_UNITS.includes(unit)) refuse(`${bytes} hugepages`)
  return causes
}

function checkKeyReference({ name = '', key }: k8s.ConfigMapKeySelector | k8s.SecretKeySelector, field: string): Cause[] {
  return [...named(`${field}.name`, name, subdomainProblems), ...requiredName(`${field}.key`, key, configKeyProblems)]
}

function checkFileReference({ key, volumeName, path }: k8s.FileKeySelector, field: string): Cause[] {
  return [
    ...requiredName(`${field}.key`, key, environmentNameProblems),
    ...(volumeName ? label(`${field}.volumeName`, volumeName) : [required(`${field}.volumeName`)]),
    ...(path ? checkNoBacksteps(path, `${field}.path`) : [required(`${field}.path`)])
  ]
}

export function checkEnvironmentSources(sources: readonly k8s.EnvFromSource[] | undefined, field: string): Cause[] {
  return each(sources, field, ({ prefix, configMapRef, secretRef }, at) => {
    const causes: Cause[] = prefix ? named(`${at}.prefix`, prefix, environmentNameProblems) : []
    for (const [name, reference] of Object.entries({ configMapRef, secretRef })) {
      if (reference != null) causes.push(...requiredName(`${at}.${name}.name`, reference.name, subdomainProblems))
    }
    if (configMapRef == null && secretRef == null)
      causes.push(invalidValue(field, '', 'must specify one of: `configMapRef` or `secretRef`'))
    if (configMapRef != null && secretRef != null)
      causes.push(invalidValue(field, '', 'may not have more than one field specified at a time'))
    return causes
  })
}
