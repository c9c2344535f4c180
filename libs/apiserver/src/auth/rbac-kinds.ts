import type { KubeObject } from '@knative-ts/api'
import type { PolicyRule } from './policy-rule.ts'

/** Group of the four kinds. */
export const rbacGroup = 'rbac.authorization.k8s.io'

/** How the store knows the four kinds. */
export const rbacResources = {
  roles: `${rbacGroup}/roles`,
  clusterRoles: `${rbacGroup}/clusterroles`,
  roleBindings: `${rbacGroup}/rolebindings`,
  clusterRoleBindings: `${rbacGroup}/clusterrolebindings`
} as const

/** A label selector as aggregation uses it. */
export interface LabelSelector {
  readonly matchLabels?: Readonly<Record<string, string>>
  readonly matchExpressions?: readonly { readonly key: string; readonly operator: string; readonly values?: readonly string[] }[]
}

/** Role and ClusterRole. `aggregationRule` only on the second. */
export interface Role extends KubeObject {
  readonly rules?: readonly PolicyRule[] | null
  readonly aggregationRule?: { readonly clusterRoleSelectors?: readonly LabelSelector[] }
}

/** User, Group or ServiceAccount. */
export interface RbacSubject {
  readonly kind: string
  readonly apiGroup?: string
  readonly name: string
  readonly namespace?: string
}

/** Which role a binding grants. */
export interface RoleRef {
  readonly apiGroup: string
  readonly kind: string
  readonly name: string
}

/** RoleBinding and ClusterRoleBinding. */
export interface Binding extends KubeObject {
  readonly subjects?: readonly RbacSubject[]
  readonly roleRef: RoleRef
}

/** Whether a selector of an aggregation rule takes a role's labels. An empty selector takes all. */
export function selects({ matchLabels = {}, matchExpressions = [] }: LabelSelector, labels: Readonly<Record<string, string>>): boolean {
  return (
    Object.entries(matchLabels).every(([key, value]) => labels[key] === value) &&
    matchExpressions.every(({ key, operator, values = [] }) => {
      const value = labels[key]
      if (operator === 'Exists') return value !== undefined
      if (operator === 'DoesNotExist') return value === undefined
      if (operator === 'In') return value !== undefined && values.includes(value)
      return operator === 'NotIn' && (value === undefined || !values.includes(value))
    })
  )
}

/**
 * The rules of a ClusterRole with aggregation: those of all roles that it selects. Undefined for one without, whose own rules count.
 * A controller writes the outcome into `rules`, for people to read; evaluation does not wait for it.
 */
export function aggregatedRules(role: Role, all: readonly Role[]): readonly PolicyRule[] | undefined {
  const selectors = role.aggregationRule?.clusterRoleSelectors
  if (selectors === undefined) return undefined
  const seen = new Set<string>()
  return all
    .filter((one) => one.metadata.name !== role.metadata.name && selectors.some((selector) => selects(selector, one.metadata.labels ?? {})))
    .flatMap((one) => effectiveRules(one, all, [role.metadata.name ?? '']))
    .filter((rule) => {
      const id = JSON.stringify(rule)
      return !seen.has(id) && seen.add(id)
    })
}

/** Roles may aggregate roles that aggregate; `above` ends a circle. */
function effectiveRules(role: Role, all: readonly Role[], above: readonly string[]): readonly PolicyRule[] {
  const selectors = role.aggregationRule?.clusterRoleSelectors
  if (selectors === undefined) return role.rules ?? []
  const path = [...above, role.metadata.name ?? '']
  return all
    .filter((one) => !path.includes(one.metadata.name ?? '') && selectors.some((selector) => selects(selector, one.metadata.labels ?? {})))
    .flatMap((one) => effectiveRules(one, all, path))
}
