/** Rules of what a quota is about. */
import type * as k8s from '@knative-ts/api/kubernetes'
import { invalidValue, required, type Cause } from '../../http/errors.ts'

const SCOPES = [
  'Terminating',
  'NotTerminating',
  'BestEffort',
  'NotBestEffort',
  'PriorityClass',
  'CrossNamespacePodAffinity',
  'VolumeAttributesClass'
]
const WITHOUT_VALUES = new Set(['Terminating', 'NotTerminating', 'BestEffort', 'NotBestEffort', 'CrossNamespacePodAffinity'])
const PAIRS = [
  ['BestEffort', 'NotBestEffort'],
  ['Terminating', 'NotTerminating']
] as const
const OF_PODS = new Set([
  'pods',
  'cpu',
  'memory',
  'ephemeral-storage',
  'requests.cpu',
  'requests.memory',
  'requests.ephemeral-storage',
  'limits.cpu',
  'limits.memory',
  'limits.ephemeral-storage'
])
const OF_CLAIMS = new Set(['persistentvolumeclaims', 'requests.storage'])
const STANDARD = new Set([
  ...OF_PODS,
  ...OF_CLAIMS,
  'resourcequotas',
  'services',
  'replicationcontrollers',
  'secrets',
  'configmaps',
  'services.nodeports',
  'services.loadbalancers'
])

function fits(scope: string, resource: string): boolean {
  if (scope === 'BestEffort') return resource === 'pods'
  if (scope === 'VolumeAttributesClass') return OF_CLAIMS.has(resource)
  return !SCOPES.includes(scope) || OF_PODS.has(resource)
}

const isConflict = (scopes: readonly string[]) => PAIRS.filter((pair) => pair.every((scope) => scopes.includes(scope)))

export function checkScopes(spec: k8s.ResourceQuotaSpec | undefined): Cause[] {
  const resources = Object.keys(spec?.hard ?? {})
    .filter((name) => STANDARD.has(name))
    .sort()
  const scopes = spec?.scopes ?? []
  const causes: Cause[] = []
  const refuse = (why: string) => causes.push(invalidValue('spec.scopes', scopes, why))
  for (const scope of scopes) {
    if (!SCOPES.includes(scope)) refuse('unsupported scope')
    for (const resource of resources) if (!fits(scope, resource)) refuse('unsupported scope applied to resource')
  }
  for (const _pair of isConflict(scopes)) refuse('conflicting scopes')
  return [...causes, ...checkSelector(spec, resources)]
}

function checkSelector(spec: k8s.ResourceQuotaSpec | undefined, resources: readonly string[]): Cause[] {
  const selector = spec?.scopeSelector
  if (selector == null) return []
  const field = 'spec.scopeSelector.matchExpressions'
  const shown = {
    MatchExpressions: (selector.matchExpressions ?? []).map(({ scopeName, operator, values }) => ({
      ScopeName: scopeName,
      Operator: operator,
      Values: values ?? null
    }))
  }
  const causes: Cause[] = []
  const names: string[] = []
  for (const { scopeName = '', operator = '', values = [] } of selector.matchExpressions ?? []) {
    if (!SCOPES.includes(scopeName)) causes.push(invalidValue(`${field}.scopeName`, scopeName, 'unsupported scope'))
    for (const resource of resources)
      if (!fits(scopeName, resource)) causes.push(invalidValue(field, shown, 'unsupported scope applied to resource'))
    if (WITHOUT_VALUES.has(scopeName) && operator !== 'Exists') {
      const why =
        "must be 'Exists' when scope is any of ResourceQuotaScopeTerminating, ResourceQuotaScopeNotTerminating, ResourceQuotaScopeBestEffort, ResourceQuotaScopeNotBestEffort or ResourceQuotaScopeCrossNamespacePodAffinity"
      causes.push(invalidValue(`${field}.operator`, operator, why))
    }
    if (operator === 'In' || operator === 'NotIn') {
      if (values.length === 0)
        causes.push(required(`${field}.values`, "must be at least one value when `operator` is 'In' or 'NotIn' for scope selector"))
    } else if (operator === 'Exists' || operator === 'DoesNotExist') {
      if (values.length > 0)
        causes.push(
          invalidValue(`${field}.values`, values, "must be no value when `operator` is 'Exist' or 'DoesNotExist' for scope selector")
        )
    } else causes.push(invalidValue(`${field}.operator`, operator, 'not a valid selector operator'))
    names.push(scopeName)
  }
  for (const _pair of isConflict(names))
    causes.push(invalidValue('spec.scopeSelector.matchExpressions', spec?.scopes ?? null, 'conflicting scopes'))
  return causes
}
