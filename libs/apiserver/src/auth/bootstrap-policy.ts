/** The roles and bindings that every Kubernetes cluster starts with: data, `access.json`, as a cluster of the served release has them. */
import { readData } from '../openapi/data-directory.ts'
import { type Binding, rbacGroup, type Role } from './rbac-kinds.ts'

interface AccessData {
  readonly clusterRoles: readonly Omit<Role, 'apiVersion' | 'kind'>[]
  readonly clusterRoleBindings: readonly Omit<Binding, 'apiVersion' | 'kind'>[]
}

/** What a cluster starts with. */
export interface BootstrapPolicy {
  /** ClusterRoles by name; `rules` of the aggregating ones are left to aggregation. */
  readonly roles: readonly Role[]
  readonly bindings: readonly Binding[]
}

/** Reads the data. Throws when it is missing or damaged. */
export function bootstrapPolicy(): BootstrapPolicy {
  const { clusterRoles, clusterRoleBindings } = readData<AccessData>('access.json')
  const apiVersion = `${rbacGroup}/v1`
  return {
    roles: clusterRoles.map((role) => ({ apiVersion, kind: 'ClusterRole', ...role }) as Role),
    bindings: clusterRoleBindings.map((binding) => ({ apiVersion, kind: 'ClusterRoleBinding', ...binding }) as Binding)
  }
}
