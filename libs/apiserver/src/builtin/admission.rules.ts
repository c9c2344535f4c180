/** Rules that admission webhooks and admission policies share (`k8s.io/kubernetes/pkg/apis/admissionregistration/validation`). */
import type * as k8s from '@knative-ts/api/kubernetes'
import { duplicateValue, invalidValue, required, unsupportedValue, type Cause } from '../http/errors.ts'
import { labelKeyProblems, pathSegmentProblems } from './names.ts'
import { checkSelector } from './selector.rules.ts'

const OPERATIONS = ['*', 'CONNECT', 'CREATE', 'DELETE', 'UPDATE']
const SCOPES = ['*', 'Cluster', 'Namespaced']
const MOST_CONDITIONS = 64

/** A value of a closed list; nothing is wrong with none. */
export const oneOf = (field: string, value: string | null | undefined, supported: readonly string[]): Cause[] =>
  value === undefined || value === null || supported.includes(value) ? [] : [unsupportedValue(field, value, supported)]

export const FAILURE_POLICIES = ['Fail', 'Ignore']
export const MATCH_POLICIES = ['Equivalent', 'Exact']

/** A rule with its operations. */
export function checkRule(rule: k8s.RuleWithOperations, field: string): Cause[] {
  const { operations = [], apiGroups = [], apiVersions = [], resources = [], scope } = rule
  const list = (name: string, values: readonly string[], what: string): Cause[] => {
    if (values.length === 0) return [required(`${field}.${name}`)]
    return values.length > 1 && values.includes('*')
      ? [invalidValue(`${field}.${name}`, values, `if '*' is present, must not specify other ${what}`)]
      : []
  }
  return [
    ...list('operations', operations, 'operations'),
    ...operations.flatMap((one, index) => oneOf(`${field}.operations[${index}]`, one, OPERATIONS)),
    ...list('apiGroups', apiGroups, 'API groups'),
    ...list('apiVersions', apiVersions, 'API versions'),
    ...apiVersions.flatMap((one, index) => (one === '' ? [required(`${field}.apiVersions[${index}]`)] : [])),
    ...checkResources(resources, `${field}.resources`),
    ...oneOf(`${field}.scope`, scope, SCOPES)
  ]
}

function checkResources(resources: readonly string[], field: string): Cause[] {
  if (resources.length === 0) return [required(field)]
  const causes: Cause[] = []
  const allSubresourcesOf = new Set<string>()
  const everywhere = new Set<string>()
  let isPlain = false
  resources.forEach((one, index) => {
    const at = `${field}[${index}]`
    if (one === '') {
      causes.push(required(at))
      return
    }
    const slash = one.indexOf('/')
    if (slash < 0) {
      isPlain = one !== '*'
      return
    }
    const [resource, sub] = [one.slice(0, slash), one.slice(slash + 1)]
    if (allSubresourcesOf.has(resource)) causes.push(invalidValue(at, one, `if '${resource}/*' is present, must not specify ${one}`))
    if (everywhere.has(sub)) causes.push(invalidValue(at, one, `if '*/${sub}' is present, must not specify ${one}`))
    if (sub === '*') allSubresourcesOf.add(resource)
    if (resource === '*') everywhere.add(sub)
  })
  if (resources.length > 1 && resources.includes('*/*'))
    causes.push(invalidValue(field, resources, "if '*/*' is present, must not specify other resources"))
  if (resources.includes('*') && isPlain)
    causes.push(invalidValue(field, resources, "if '*' is present, must not specify other resources without subresources"))
  return causes
}

/** `problemOf` says why an expression is no condition. */
export function checkConditions(
  conditions: readonly k8s.MatchCondition[],
  field: string,
  problemOf: (expression: string) => string | undefined
): Cause[] {
  const causes: Cause[] = []
  if (conditions.length > MOST_CONDITIONS) {
    const message = `Too many: ${conditions.length}: must have at most ${MOST_CONDITIONS} items`
    causes.push({ reason: 'FieldValueTooMany', message, field })
  }
  const names = new Set<string>()
  conditions.forEach(({ name, expression = '' }, index) => {
    const at = `${field}[${index}]`
    const text = expression.trim()
    if (text === '') causes.push(required(`${at}.expression`))
    else {
      const problem = problemOf(text)
      if (problem !== undefined) causes.push(invalidValue(`${at}.expression`, text, problem))
    }
    if (!name) {
      causes.push(required(`${at}.name`))
      return
    }
    for (const problem of labelKeyProblems(name)) causes.push(invalidValue(`${at}.name`, name, problem))
    if (names.has(name)) causes.push(duplicateValue(`${at}.name`, name))
    names.add(name)
  })
  return causes
}

/** Of policies and their bindings. */
export function checkMatchResources(match: k8s.MatchResources | null | undefined, field: string): Cause[] {
  if (match === undefined || match === null) return []
  const named = (rule: k8s.NamedRuleWithOperations, at: string): Cause[] => {
    const names = rule.resourceNames ?? []
    return [
      ...names.flatMap((name, index) => [
        ...pathSegmentProblems(name).map((problem) => invalidValue(`${at}.resourceNames[${index}]`, name, problem)),
        ...(names.indexOf(name) < index ? [duplicateValue(`${at}.resourceNames[${index}]`, name)] : [])
      ]),
      ...checkRule(rule as k8s.RuleWithOperations, at)
    ]
  }
  return [
    ...oneOf(`${field}.matchPolicy`, match.matchPolicy, MATCH_POLICIES),
    ...checkSelector(match.namespaceSelector, `${field}.namespaceSelector`),
    ...checkSelector(match.objectSelector, `${field}.objectSelector`),
    ...(match.resourceRules ?? []).flatMap((rule, index) => named(rule, `${field}.resourceRules[${index}]`)),
    ...(match.excludeResourceRules ?? []).flatMap((rule, index) => named(rule, `${field}.excludeResourceRules[${index}]`))
  ]
}
