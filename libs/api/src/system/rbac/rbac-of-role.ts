import type * as k8s from '../../kubernetes/index.ts'
import type { KubeObject } from '../../object.ts'
import { systemLabels, systemNamespace, type RoleName, type SystemOptions } from '../system-options.ts'
import { clusterRules, namespaceRules } from './role-rules.ts'

const rbac = 'rbac.authorization.k8s.io'

/** ServiceAccount, roles and bindings of one role. A role without rules of a kind gets no object of that kind. */
export function rbacOfRole(role: RoleName, options: SystemOptions): KubeObject[] {
  const labels = systemLabels(options, role)
  const subjects = [{ kind: 'ServiceAccount', name: role, namespace: systemNamespace }]
  const name = `knative-serving-${role}`
  const account: k8s.ServiceAccount = {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name: role, namespace: systemNamespace, labels }
  }
  const cluster = [...clusterRules[role]]
  const local = [...namespaceRules[role]]
  return [
    account,
    ...(cluster.length === 0
      ? []
      : [
          { apiVersion: `${rbac}/v1`, kind: 'ClusterRole', metadata: { name, labels }, rules: cluster },
          {
            apiVersion: `${rbac}/v1`,
            kind: 'ClusterRoleBinding',
            metadata: { name, labels },
            roleRef: { apiGroup: rbac, kind: 'ClusterRole', name },
            subjects
          }
        ]),
    ...(local.length === 0
      ? []
      : [
          { apiVersion: `${rbac}/v1`, kind: 'Role', metadata: { name, namespace: systemNamespace, labels }, rules: local },
          {
            apiVersion: `${rbac}/v1`,
            kind: 'RoleBinding',
            metadata: { name, namespace: systemNamespace, labels },
            roleRef: { apiGroup: rbac, kind: 'Role', name },
            subjects
          }
        ])
  ]
}
