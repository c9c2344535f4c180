import { randomUUID } from 'node:crypto'
import type { KubeObject } from '@knative-ts/api'
import { secondTime } from '@knative-ts/kube'
import type { ObjectStore } from '../store/object-store.ts'
import { bootstrapPolicy } from './bootstrap-policy.ts'
import { aggregatedRules, rbacResources, type Role } from './rbac-kinds.ts'

/**
 * Writes the default roles and bindings that are not there, and restores the rules of those that are, unless an object's annotation
 * `rbac.authorization.kubernetes.io/autoupdate` says "false". Resolves when all are durable.
 */
export async function ensureBootstrapPolicy(store: ObjectStore, now = new Date()): Promise<void> {
  const policy = bootstrapPolicy()
  const roles = policy.roles.map((role): Role => ({ ...role, rules: aggregatedRules(role, policy.roles) ?? role.rules ?? [] }))
  await Promise.all([
    ...roles.map((role) => ensure(store, rbacResources.clusterRoles, role, now)),
    ...policy.bindings.map((binding) => ensure(store, rbacResources.clusterRoleBindings, binding, now))
  ])
}

async function ensure(store: ObjectStore, resource: string, wanted: KubeObject & { readonly rules?: unknown }, now: Date): Promise<void> {
  const key = { resource, namespace: '', name: wanted.metadata.name ?? '' }
  await store.write(key, (current) => {
    if (current === undefined) {
      const creationTimestamp = secondTime(now.getTime())
      return { kind: 'put', object: { ...wanted, metadata: { ...wanted.metadata, uid: randomUUID(), creationTimestamp } } }
    }
    const found = current.object as Role
    const kept =
      found.metadata.annotations?.['rbac.authorization.kubernetes.io/autoupdate'] === 'false' || found.aggregationRule !== undefined
    if (kept || wanted.rules === undefined || JSON.stringify(found.rules) === JSON.stringify(wanted.rules)) return { kind: 'unchanged' }
    return { kind: 'put', object: { ...found, rules: wanted.rules } as Role }
  })
}
