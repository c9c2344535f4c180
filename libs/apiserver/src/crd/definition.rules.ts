/** Rules of CustomResourceDefinitions: `k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/validation`. */
import type { KubeObject } from '@knative-ts/api'
import type * as k8s from '@knative-ts/api/kubernetes'
import { labelProblems, serviceNameProblems, subdomainProblems } from '../builtin/names.ts'
import { duplicateValue, invalidValue, required, unsupportedValue, type Cause } from '../http/errors.ts'
import { sameJson } from '../requests/same-json.ts'
import type { Schema } from '../schema/schema.ts'
import { compilePath } from '../table/json-path.ts'
import { checkStructure } from './structural.rules.ts'

const COLUMN_TYPES = ['boolean', 'date', 'integer', 'number', 'string']
const COLUMN_FORMATS = ['int32', 'int64', 'float', 'double', 'byte', 'date', 'date-time', 'password']
const APPROVAL = 'api-approved.kubernetes.io'

export function checkDefinition(object: KubeObject, before: KubeObject | undefined): Cause[] {
  const definition = object as k8s.CustomResourceDefinition
  const { spec, metadata } = definition
  if (spec === undefined) return [required('spec')]
  const { group = '', names, scope, versions = [] } = spec
  const causes: Cause[] = []
  if (metadata.name !== `${names?.plural}.${group}`) {
    causes.push(invalidValue('metadata.name', metadata.name, 'must be spec.names.plural+"."+spec.group'))
  }
  causes.push(...checkNames(spec))
  if (!scope) causes.push(required('spec.scope'))
  else if (scope !== 'Cluster' && scope !== 'Namespaced') causes.push(unsupportedValue('spec.scope', scope, ['Cluster', 'Namespaced']))
  if (isProtected(group) && !metadata.annotations?.[APPROVAL]) {
    const why = `protected groups must have approval annotation "${APPROVAL}", see https://github.com/kubernetes/enhancements/pull/1111`
    causes.push(required(`metadata.annotations[${APPROVAL}]`, why))
  }
  causes.push(...checkVersions(versions))
  versions.forEach((version, index) => causes.push(...checkVersion(version, `spec.versions[${index}]`, versions.length === 1)))
  if (before !== undefined) causes.push(...checkChange(definition, before as k8s.CustomResourceDefinition))
  return causes
}

const isProtected = (group: string) => /(^|\.)(k8s\.io|kubernetes\.io)$/.test(group)

function checkNames({ group = '', names }: k8s.CustomResourceDefinitionSpec): Cause[] {
  const causes: Cause[] = []
  if (group === '') causes.push(required('spec.group'))
  else for (const problem of subdomainProblems(group)) causes.push(invalidValue('spec.group', group, problem))
  if (group !== '' && !group.includes('.')) causes.push(invalidValue('spec.group', group, 'should be a domain with at least one dot'))
  if (names === undefined) return [...causes, required('spec.names')]
  const label = (field: string, value: string | undefined, must: boolean) => {
    if (!value) {
      if (must) causes.push(required(`spec.names.${field}`))
      return
    }
    for (const problem of serviceNameProblems(value.toLowerCase())) causes.push(invalidValue(`spec.names.${field}`, value, problem))
  }
  label('plural', names.plural, true)
  label('singular', names.singular, false)
  label('kind', names.kind, true)
  label('listKind', names.listKind, false)
  if (names.plural && names.plural !== names.plural.toLowerCase()) {
    for (const problem of labelProblems(names.plural)) causes.push(invalidValue('spec.names.plural', names.plural, problem))
  }
  ;(names.shortNames ?? []).forEach((name, index) => label(`shortNames[${index}]`, name, true))
  if (names.kind && names.kind === names.listKind)
    causes.push(invalidValue('spec.names.listKind', names.listKind, 'kind and listKind may not be the same'))
  return causes
}

function checkVersions(versions: readonly k8s.CustomResourceDefinitionVersion[]): Cause[] {
  const causes: Cause[] = []
  if (versions.length === 0) return [required('spec.versions', 'must have exactly one version marked as storage version')]
  const seen = new Set<string>()
  versions.forEach(({ name }, index) => {
    for (const problem of serviceNameProblems(name ?? '')) causes.push(invalidValue(`spec.versions[${index}].name`, name, problem))
    if (seen.has(name)) causes.push(duplicateValue(`spec.versions[${index}].name`, name))
    seen.add(name)
  })
  if (versions.filter(({ storage }) => storage).length !== 1) {
    causes.push(
      invalidValue(
        'spec.versions',
        versions.map(({ name }) => name),
        'must have exactly one version marked as storage version'
      )
    )
  }
  return causes
}

/** A definition of one version is judged in the old form, whose fields lie directly under spec. */
function checkVersion(version: k8s.CustomResourceDefinitionVersion, field: string, single: boolean): Cause[] {
  const causes: Cause[] = []
  const at = single ? 'spec' : field
  const schema = version.schema?.openAPIV3Schema as Schema | undefined
  if (schema === undefined) causes.push(required(`${field}.schema.openAPIV3Schema`))
  else causes.push(...checkStructure(schema, single ? 'spec.validation.openAPIV3Schema' : `${field}.schema.openAPIV3Schema`))
  causes.push(...checkScale(version.subresources?.scale, `${at}.subresources.scale`))
  ;(version.additionalPrinterColumns ?? []).forEach((column, index) => {
    const place = `${at}.additionalPrinterColumns[${index}]`
    if (!column.name) causes.push(required(`${place}.name`))
    if (!column.type) causes.push(required(`${place}.type`, `must be one of ${COLUMN_TYPES.join(',')}`))
    else if (!COLUMN_TYPES.includes(column.type))
      causes.push(invalidValue(`${place}.type`, column.type, `must be one of ${COLUMN_TYPES.join(',')}`))
    if (column.format && !COLUMN_FORMATS.includes(column.format)) {
      causes.push(invalidValue(`${place}.format`, column.format, `must be one of ${COLUMN_FORMATS.join(',')}`))
    }
    causes.push(...checkPath(column.jsonPath, `${place}.JSONPath`))
  })
  return causes
}

function checkPath(path: string | undefined, field: string, under?: string): Cause[] {
  if (!path) return [required(field)]
  if (!path.startsWith('.') || compilePath(path) === undefined)
    return [invalidValue(field, path, 'must be a simple json path starting with .')]
  return under !== undefined && !path.startsWith(`${under}.`) ? [invalidValue(field, path, `should be a json path under ${under}`)] : []
}

function checkScale(scale: k8s.CustomResourceSubresourceScale | undefined, field: string): Cause[] {
  if (scale === undefined) return []
  const { specReplicasPath, statusReplicasPath, labelSelectorPath } = scale
  return [
    ...checkPath(specReplicasPath, `${field}.specReplicasPath`, '.spec'),
    ...checkPath(statusReplicasPath, `${field}.statusReplicasPath`, '.status'),
    ...(labelSelectorPath && !/^\.(spec|status)\./.test(labelSelectorPath)
      ? [invalidValue(`${field}.labelSelectorPath`, labelSelectorPath, 'should be a json path under either .spec or .status')]
      : [])
  ]
}

/** What an established definition may not change, and versions that still hold objects. */
function checkChange({ spec, status }: k8s.CustomResourceDefinition, before: k8s.CustomResourceDefinition): Cause[] {
  const fixed = (field: string, after: unknown, old: unknown): Cause[] =>
    sameJson(after, old) ? [] : [invalidValue(`spec.${field}`, after, 'field is immutable')]
  const causes = [
    ...fixed('scope', spec.scope, before.spec.scope),
    ...fixed('names.kind', spec.names.kind, before.spec.names.kind),
    ...fixed('group', spec.group, before.spec.group),
    ...fixed('names.plural', spec.names.plural, before.spec.names.plural)
  ]
  ;(status?.storedVersions ?? []).forEach((name, index) => {
    if (spec.versions.some((version) => version.name === name)) return
    causes.push(invalidValue(`status.storedVersions[${index}]`, name, 'missing from spec.versions'))
  })
  return causes
}
