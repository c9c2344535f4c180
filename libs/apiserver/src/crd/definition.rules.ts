/** Rules of CustomResourceDefinition (apiextensions `pkg/apis/apiextensions/validation/validation.go`), as far as the v1 API can break them. */
import type { KubeObject } from '@knative-ts/api'
import type * as k8s from '@knative-ts/api/kubernetes'
import { checkClientConfig, checkReviewVersions } from '../builtin/client-config.rules.ts'
import { serviceNameProblems, subdomainProblems } from '../builtin/names.ts'
import { forbiddenField, invalidValue, required, unsupportedValue, type Cause } from '../http/errors.ts'
import { sameJson } from '../requests/same-json.ts'
import { isEstablished } from './definition-status.ts'
import { checkShared, checkVersions } from './definition-versions.rules.ts'

const APPROVAL = 'api-approved.kubernetes.io'
const PULL = 'see https://github.com/kubernetes/enhancements/pull/1111'
const REVIEW_VERSIONS = ['v1', 'v1beta1']
const NO_SPEC = {} as k8s.CustomResourceDefinitionSpec

/** What is wrong with a definition; `before` is undefined for a new one. */
export function checkDefinition(object: KubeObject, before: KubeObject | undefined): Cause[] {
  const definition = object as k8s.CustomResourceDefinition
  const { spec = NO_SPEC, metadata } = definition
  const wanted = `${spec.names?.plural ?? ''}.${spec.group ?? ''}`
  const isMisnamed = before === undefined && metadata.name !== wanted
  return [
    ...(isMisnamed ? [invalidValue('metadata.name', metadata.name, 'must be spec.names.plural+"."+spec.group')] : []),
    ...checkSpec(spec),
    ...(before === undefined ? [] : checkChange(spec, before as k8s.CustomResourceDefinition)),
    ...checkStored(definition, before !== undefined),
    ...checkApproval(definition, before as k8s.CustomResourceDefinition | undefined),
    ...(spec.preserveUnknownFields === true && (before as k8s.CustomResourceDefinition | undefined)?.spec.preserveUnknownFields !== true
      ? [
          invalidValue(
            'spec.preserveUnknownFields',
            true,
            'cannot set to true, set x-kubernetes-preserve-unknown-fields to true in spec.versions[*].schema instead'
          )
        ]
      : [])
  ]
}

function checkSpec(spec: k8s.CustomResourceDefinitionSpec): Cause[] {
  const { group = '', scope, versions = [], names } = spec
  return [
    ...checkGroup(group),
    ...enumerated('spec.scope', scope, ['Cluster', 'Namespaced']),
    ...checkVersions(versions, spec.versions),
    ...(['plural', 'singular', 'kind', 'listKind'] as const).flatMap((name) => (names?.[name] ? [] : [required(`spec.names.${name}`)])),
    ...checkNames(names),
    ...checkShared(versions),
    ...checkConversion(spec.conversion, 'spec.conversion')
  ]
}

function checkGroup(group: string): Cause[] {
  if (group === '') return [required('spec.group')]
  const problems = subdomainProblems(group)
  if (problems.length > 0) return [invalidValue('spec.group', group, problems.join(','))]
  return group.includes('.') ? [] : [invalidValue('spec.group', group, 'should be a domain with at least one dot')]
}

function enumerated(field: string, value: string | undefined, accepted: readonly string[]): Cause[] {
  if (!value) return [required(field)]
  return accepted.includes(value) ? [] : [unsupportedValue(field, value, accepted)]
}

function checkNames(names: k8s.CustomResourceDefinitionNames | undefined): Cause[] {
  const at = (name: string) => `spec.names.${name}`
  const label = (field: string, value: string | undefined, isMixed = false): Cause[] => {
    const problems = value ? serviceNameProblems(isMixed ? value.toLowerCase() : value) : []
    if (problems.length === 0) return []
    return [invalidValue(field, value, `${isMixed ? 'may have mixed case, but should otherwise match: ' : ''}${problems.join(',')}`)]
  }
  const words = (name: 'shortNames' | 'categories') =>
    (names?.[name] ?? []).flatMap((word, index) => {
      const problems = serviceNameProblems(word)
      return problems.length === 0 ? [] : [invalidValue(at(`${name}[${index}]`), word, problems.join(','))]
    })
  return [
    ...label(at('plural'), names?.plural),
    ...label(at('singular'), names?.singular),
    ...label(at('kind'), names?.kind, true),
    ...label(at('listKind'), names?.listKind, true),
    ...words('shortNames'),
    ...(names?.kind && names.kind === names.listKind
      ? [invalidValue(at('listKind'), names.listKind, 'kind and listKind may not be the same')]
      : []),
    ...words('categories')
  ]
}

function checkConversion(conversion: k8s.CustomResourceConversion | undefined, field: string): Cause[] {
  if (conversion === undefined) return []
  const { strategy, webhook } = conversion
  const [config, versions] = [`${field}.webhookClientConfig`, `${field}.conversionReviewVersions`]
  const causes = enumerated(`${field}.strategy`, strategy, ['None', 'Webhook'])
  const given = webhook?.conversionReviewVersions ?? []
  if (strategy !== 'Webhook') {
    const why = 'should not be set when strategy is not set to Webhook'
    if (webhook?.clientConfig != null) causes.push(forbiddenField(config, why))
    if (given.length > 0) causes.push(forbiddenField(versions, why))
    return causes
  }
  if (webhook?.clientConfig == null) causes.push(required(config, 'required when strategy is set to Webhook'))
  else causes.push(...checkClientConfig(webhook.clientConfig, config))
  if (given.length === 0) return [...causes, required(versions)]
  return [...causes, ...checkReviewVersions(given, REVIEW_VERSIONS, versions, serviceNameProblems)]
}

/** Names that the storage depends on stay. */
function checkChange(spec: k8s.CustomResourceDefinitionSpec, before: k8s.CustomResourceDefinition): Cause[] {
  const fixed = (field: string, after: unknown, old: unknown): Cause[] =>
    sameJson(after, old) ? [] : [invalidValue(`spec.${field}`, after, 'field is immutable')]
  return [
    ...(isEstablished(before)
      ? [...fixed('scope', spec.scope, before.spec.scope), ...fixed('names.kind', spec.names.kind, before.spec.names.kind)]
      : []),
    ...fixed('group', spec.group, before.spec.group),
    ...fixed('names.plural', spec.names.plural, before.spec.names.plural)
  ]
}

/** Versions that may still hold objects. A new definition has stored nothing but what it is about to. */
function checkStored({ spec = NO_SPEC, status }: k8s.CustomResourceDefinition, isUpdate: boolean): Cause[] {
  const field = 'status.storedVersions'
  const versions = spec.versions ?? []
  const first = versions.find(({ storage }) => storage)
  const stored = isUpdate ? (status?.storedVersions ?? []) : first === undefined ? [] : [first.name]
  if (stored.length === 0)
    return [invalidValue(field, isUpdate ? (status?.storedVersions ?? null) : null, 'must have at least one stored version')]
  return [
    ...versions
      .filter(({ storage, name }) => storage && !stored.includes(name))
      .map(({ name }) => invalidValue(field, stored, `must have the storage version ${name}`)),
    ...stored.flatMap((name, index) => {
      if (versions.some((version) => version.name === name)) return []
      const why = `missing from spec.versions; ${name} was previously a storage version, and must remain in spec.versions until a storage migration ensures no data remains persisted in ${name} and removes ${name} from status.storedVersions`
      return [invalidValue(`${field}[${index}]`, name, why)]
    })
  ]
}

function checkApproval(
  { metadata, spec = NO_SPEC }: k8s.CustomResourceDefinition,
  before: k8s.CustomResourceDefinition | undefined
): Cause[] {
  if (!/(^|\.)(k8s\.io|kubernetes\.io)$/.test(spec.group ?? '')) return []
  const approval = metadata.annotations?.[APPROVAL]
  if (before !== undefined && before.metadata.annotations?.[APPROVAL] === approval) return []
  const field = `metadata.annotations[${APPROVAL}]`
  if (!approval) return [required(field, `protected groups must have approval annotation ${JSON.stringify(APPROVAL)}, ${PULL}`)]
  if (approval.startsWith('unapproved') || (URL.canParse(approval) && new URL(approval).host !== '')) return []
  const why = `protected groups must have approval annotation ${JSON.stringify(APPROVAL)} with either a URL or a reason starting with "unapproved", ${PULL}`
  return [invalidValue(field, approval, why)]
}
