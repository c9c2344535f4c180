import type * as k8s from '../../kubernetes/index.ts'
import type { KubeObject } from '../../object.ts'
import { namespaceOf, partOf, type AnyRole } from '../parts.ts'
import { systemLabels, type SystemOptions } from '../system-options.ts'
import { bindingOf, clusterBindingOf, rbacVersion } from './bindings.ts'
import { policyRulesOf } from './grant.ts'
import { clusterGrants, namespaceGrants } from './grants.ts'

/** ClusterRoles that upstream has by another name than their role's. */
const clusterRoleNames: Partial<Record<AnyRole, string>> = {
  controller: 'knative-serving-core',
  activator: 'knative-serving-activator-cluster'
}

/** What puts a ClusterRole's rules into `knative-serving-admin`. */
export const controllerLabel = { 'serving.knative.dev/controller': 'true' }

/** ServiceAccount, roles and bindings of one role. A role without grants of a kind gets no object of that kind. */
export function rbacOfRole(role: AnyRole, options: SystemOptions): KubeObject[] {
  const labels = systemLabels(options, role, partOf(role))
  const namespace = namespaceOf(role)
  const name = role.startsWith('eventing-') ? `knative-${role}` : `${namespace}-${role}`
  const clusterRole = clusterRoleNames[role] ?? name
  const account: k8s.ServiceAccount = {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name: role, namespace, labels }
  }
  const everywhere = policyRulesOf(clusterGrants[role])
  const here = policyRulesOf(namespaceGrants[role])
  const extended = role === 'controller' ? controllerLabel : {}
  const objects: (k8s.ServiceAccount | k8s.ClusterRole | k8s.ClusterRoleBinding | k8s.Role | k8s.RoleBinding)[] = [account]
  if (everywhere.length > 0) {
    objects.push(
      {
        apiVersion: rbacVersion,
        kind: 'ClusterRole',
        metadata: { name: clusterRole, labels: { ...labels, ...extended } },
        rules: everywhere
      },
      clusterBindingOf(role, clusterRole, clusterRole, labels)
    )
  }
  if (here.length > 0) {
    objects.push(
      { apiVersion: rbacVersion, kind: 'Role', metadata: { name, namespace, labels }, rules: here },
      bindingOf(role, name, labels)
    )
  }
  return objects
}
