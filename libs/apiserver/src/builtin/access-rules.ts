/** Role and ClusterRole, their bindings: names are path segments, rules name what they allow. */
import type * as k8s from '@knative-ts/api/kubernetes'
import { invalidValue, required, type Cause } from '../http/errors.ts'
import { sameJson } from '../requests/same-json.ts'
import type { KindRules } from './kind-rules.ts'
import { pathSegmentProblems } from './names.ts'

const checkRules = (rules: readonly k8s.PolicyRule[] | undefined, namespaced: boolean): Cause[] =>
  (rules ?? []).flatMap((rule, index) => {
    const field = `rules[${index}]`
    const causes: Cause[] = []
    if ((rule.verbs ?? []).length === 0) causes.push(required(`${field}.verbs`, 'verbs must contain at least one value'))
    const urls = rule.nonResourceURLs ?? []
    if (urls.length > 0) {
      if (namespaced) causes.push(invalidValue(`${field}.nonResourceURLs`, urls, 'namespaced rules cannot apply to non-resource URLs'))
      return causes
    }
    if ((rule.apiGroups ?? []).length === 0)
      causes.push(required(`${field}.apiGroups`, 'resource rules must supply at least one api group'))
    if ((rule.resources ?? []).length === 0) causes.push(required(`${field}.resources`, 'resource rules must supply at least one resource'))
    return causes
  })

export const roleRules: KindRules<k8s.Role> = { nameProblems: pathSegmentProblems, check: ({ rules }) => checkRules(rules, true) }
export const clusterRoleRules: KindRules<k8s.ClusterRole> = {
  nameProblems: pathSegmentProblems,
  check: ({ rules }) => checkRules(rules, false)
}

function defaultBinding(binding: k8s.RoleBinding | k8s.ClusterRoleBinding): void {
  if (binding.roleRef !== undefined) binding.roleRef.apiGroup ||= 'rbac.authorization.k8s.io'
  for (const subject of binding.subjects ?? []) {
    if (subject.kind === 'User' || subject.kind === 'Group') subject.apiGroup ??= 'rbac.authorization.k8s.io'
  }
}

function checkBinding({ roleRef, subjects }: k8s.RoleBinding | k8s.ClusterRoleBinding): Cause[] {
  const causes: Cause[] = roleRef?.name ? [] : [required('roleRef.name')]
  ;(subjects ?? []).forEach((subject, index) => {
    if (!subject.name) causes.push(required(`subjects[${index}].name`))
    if (subject.kind === 'ServiceAccount' && !subject.namespace) causes.push(required(`subjects[${index}].namespace`))
  })
  return causes
}

export const bindingRules: KindRules<k8s.RoleBinding | k8s.ClusterRoleBinding> = {
  nameProblems: pathSegmentProblems,
  defaults: defaultBinding,
  check: checkBinding,
  checkUpdate: (binding, before) =>
    sameJson(binding.roleRef, before.roleRef) ? [] : [invalidValue('roleRef', binding.roleRef, 'cannot change roleRef')]
}
