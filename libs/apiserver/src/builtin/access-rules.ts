/** Role and ClusterRole, their bindings: names are path segments, rules name what they allow. */
import type * as k8s from '@knative-ts/api/kubernetes'
import { invalidValue, required, unsupportedValue, type Cause } from '../http/errors.ts'
import { sameJson } from '../requests/same-json.ts'
import type { KindRules } from './kind-rules.ts'
import { pathSegmentProblems, subdomainProblems } from './names.ts'
import { checkSelector } from './selector.rules.ts'

const GROUP = 'rbac.authorization.k8s.io'

const checkRules = (rules: readonly k8s.PolicyRule[] | undefined, namespaced: boolean): Cause[] =>
  (rules ?? []).flatMap((rule, index) => {
    const field = `rules[${index}]`
    const causes: Cause[] = []
    if ((rule.verbs ?? []).length === 0) causes.push(required(`${field}.verbs`, 'verbs must contain at least one value'))
    const urls = rule.nonResourceURLs ?? []
    if (urls.length > 0) {
      const isMixed = [rule.apiGroups, rule.resources, rule.resourceNames].some((list) => (list ?? []).length > 0)
      if (namespaced) causes.push(invalidValue(`${field}.nonResourceURLs`, urls, 'namespaced rules cannot apply to non-resource URLs'))
      if (isMixed)
        causes.push(invalidValue(`${field}.nonResourceURLs`, urls, 'rules cannot apply to both regular resources and non-resource URLs'))
      return causes
    }
    if ((rule.apiGroups ?? []).length === 0)
      causes.push(required(`${field}.apiGroups`, 'resource rules must supply at least one api group'))
    if ((rule.resources ?? []).length === 0) causes.push(required(`${field}.resources`, 'resource rules must supply at least one resource'))
    return causes
  })

/** Kubernetes stores protobuf, which cannot tell an empty list from none: both are null from then on. */
function forgetEmpty(role: k8s.Role | k8s.ClusterRole): void {
  if (role.rules?.length === 0) Object.assign(role, { rules: null })
}

export const roleRules: KindRules<k8s.Role> = {
  nameProblems: pathSegmentProblems,
  defaults: forgetEmpty,
  check: ({ rules }) => checkRules(rules, true)
}
export const clusterRoleRules: KindRules<k8s.ClusterRole> = {
  nameProblems: pathSegmentProblems,
  defaults: forgetEmpty,
  check: ({ rules, aggregationRule }) => [...checkRules(rules, false), ...checkAggregation(aggregationRule, 'aggregationRule')]
}

function checkAggregation(rule: k8s.AggregationRule | undefined, field: string): Cause[] {
  if (rule === undefined || rule === null) return []
  const selectors = rule.clusterRoleSelectors ?? []
  const at = `${field}.clusterRoleSelectors`
  if (selectors.length === 0) return [required(at, 'at least one clusterRoleSelector required if aggregationRule is non-nil')]
  return selectors.flatMap((selector, index) => {
    const causes = checkSelector(selector, `${at}[${index}]`)
    return causes.length === 0 ? [] : [...causes, invalidValue(`${at}[${index}]`, null, 'invalid label selector.')]
  })
}

function defaultBinding(binding: k8s.RoleBinding | k8s.ClusterRoleBinding): void {
  if (binding.roleRef !== undefined) binding.roleRef.apiGroup ||= 'rbac.authorization.k8s.io'
  for (const subject of binding.subjects ?? []) {
    if (subject.kind === 'User' || subject.kind === 'Group') subject.apiGroup ??= 'rbac.authorization.k8s.io'
  }
}

function checkBinding({ kind: of, roleRef, subjects }: k8s.RoleBinding | k8s.ClusterRoleBinding): Cause[] {
  const isCluster = of === 'ClusterRoleBinding'
  const kinds = isCluster ? ['ClusterRole'] : ['Role', 'ClusterRole']
  const { apiGroup = '', kind = '', name = '' } = roleRef ?? {}
  return [
    ...(roleRef !== undefined && apiGroup !== GROUP ? [unsupportedValue('roleRef.apiGroup', apiGroup, [GROUP])] : []),
    ...(kinds.includes(kind) ? [] : [unsupportedValue('roleRef.kind', kind, kinds)]),
    ...(name === '' ? [required('roleRef.name')] : pathSegmentProblems(name).map((problem) => invalidValue('roleRef.name', name, problem))),
    ...(subjects ?? []).flatMap((subject, index) => checkSubject(subject, isCluster, `subjects[${index}]`))
  ]
}

function checkSubject({ kind, name = '', namespace = '', apiGroup = '' }: k8s.Subject, isCluster: boolean, field: string): Cause[] {
  const causes: Cause[] = name === '' ? [required(`${field}.name`)] : []
  switch (kind) {
    case 'ServiceAccount':
      if (name !== '') causes.push(...subdomainProblems(name).map((problem) => invalidValue(`${field}.name`, name, problem)))
      if (apiGroup !== '') causes.push(unsupportedValue(`${field}.apiGroup`, apiGroup, ['']))
      if (isCluster && namespace === '') causes.push(required(`${field}.namespace`))
      break
    case 'User':
    case 'Group':
      if (apiGroup !== GROUP) causes.push(unsupportedValue(`${field}.apiGroup`, apiGroup, [GROUP]))
      break
    default:
      causes.push(unsupportedValue(`${field}.kind`, kind ?? '', ['ServiceAccount', 'User', 'Group']))
  }
  return causes
}

const goRef = ({ apiGroup = '', kind = '', name = '' }: Partial<k8s.RoleRef> = {}) => ({ APIGroup: apiGroup, Kind: kind, Name: name })

export const bindingRules: KindRules<k8s.RoleBinding | k8s.ClusterRoleBinding> = {
  nameProblems: pathSegmentProblems,
  defaults: defaultBinding,
  check: checkBinding,
  checkUpdate: (binding, before) =>
    sameJson(binding.roleRef, before.roleRef) ? [] : [invalidValue('roleRef', goRef(binding.roleRef), 'cannot change roleRef')]
}
