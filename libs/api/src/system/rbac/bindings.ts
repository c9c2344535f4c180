import type * as k8s from '../../kubernetes/index.ts'
import { namespaceOf, type AnyRole } from '../parts.ts'

const group = 'rbac.authorization.k8s.io'

/** `apiVersion` of all that is here. */
export const rbacVersion = `${group}/v1`

const accountOf = (role: AnyRole): k8s.Subject => ({ kind: 'ServiceAccount', name: role, namespace: namespaceOf(role) })

/** Gives a ClusterRole to a role's ServiceAccount. */
export const clusterBindingOf = (
  role: AnyRole,
  name: string,
  clusterRole: string,
  labels: Record<string, string>
): k8s.ClusterRoleBinding => ({
  apiVersion: rbacVersion,
  kind: 'ClusterRoleBinding',
  metadata: { name, labels },
  roleRef: { apiGroup: group, kind: 'ClusterRole', name: clusterRole },
  subjects: [accountOf(role)]
})

/** Gives a Role of the role's own namespace to a role's ServiceAccount. */
export const bindingOf = (role: AnyRole, name: string, labels: Record<string, string>): k8s.RoleBinding => ({
  apiVersion: rbacVersion,
  kind: 'RoleBinding',
  metadata: { name, namespace: namespaceOf(role), labels },
  roleRef: { apiGroup: group, kind: 'Role', name },
  subjects: [accountOf(role)]
})
