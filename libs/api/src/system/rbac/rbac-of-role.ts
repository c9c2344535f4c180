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
  const objects: (k8s.ServiceAccount | k8s.ClusterRole | k8s.ClusterRoleBinding | k8s.Role | k8s.RoleBinding)[] = [account]
  const apiVersion = `${rbac}/v1`
  if (cluster.length > 0) {
    objects.push(
      { apiVersion, kind: 'ClusterRole', metadata: { name, labels }, rules: cluster },
      {
        apiVersion,
        kind: 'ClusterRoleBinding',
        metadata: { name, labels },
        roleRef: { apiGroup: rbac, kind: 'ClusterRole', name },
        subjects
      }
    )
  }
  if (local.length > 0) {
    const metadata = { name, namespace: systemNamespace, labels }
    objects.push(
      { apiVersion, kind: 'Role', metadata, rules: local },
      { apiVersion, kind: 'RoleBinding', metadata, roleRef: { apiGroup: rbac, kind: 'Role', name }, subjects }
    )
  }
  return objects
}
