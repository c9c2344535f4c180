import type { ObjectStore } from '../store/object-store.ts'
import type { Attributes } from './attributes.ts'
import { allows, everything, type PolicyRule } from './policy-rule.ts'
import { type Grant, grantsOf } from './grants.ts'
import { aggregatedRules, type Binding, rbacGroup, rbacResources, type Role, type RoleRef } from './rbac-kinds.ts'
import { mastersGroup, type User } from './user.ts'

/** May a request happen, and why; for a refusal the reason is '' or what is wrong with the roles. */
export interface Decision {
  readonly allowed: boolean
  readonly reason: string
}

/**
 * RBAC over the stored roles and bindings. What it knows of them is put together when it is asked first and after one of them changed,
 * not for each request.
 */
export class Authorizer {
  readonly #store: ObjectStore
  readonly #stops: (() => void)[] = []
  #grants: ReadonlyMap<string, readonly Grant[]> | undefined
  #clusterRoles: ReadonlyMap<string, readonly PolicyRule[]> | undefined

  constructor(store: ObjectStore) {
    this.#store = store
    for (const resource of Object.values(rbacResources)) {
      const stop = store.subscribe(resource, store.revision(), () => {
        this.#grants = undefined
        this.#clusterRoles = undefined
      })
      // The newest revision is always within the history.
      if (stop === 'expired') throw new Error(`cannot follow ${resource} from revision ${store.revision()}`)
      this.#stops.push(stop)
    }
  }

  authorize(user: User, attributes: Attributes): Decision {
    if (user.groups.includes(mastersGroup)) return { allowed: true, reason: '' }
    const namespace = 'path' in attributes ? '' : attributes.namespace
    const missing = new Set<string>()
    for (const grant of this.#grantsFor(user, namespace)) {
      const rules = this.#rulesFor(grant)
      if (rules === undefined) missing.add(missingRole(grant.roleRef))
      else if (rules.some((rule) => allows(rule, attributes))) return { allowed: true, reason: `RBAC: allowed by ${grant.description}` }
    }
    const errors = [...missing]
    return { allowed: false, reason: errors.length === 0 ? '' : `RBAC: ${errors.length === 1 ? errors[0] : `[${errors.join(', ')}]`}` }
  }

  /** All rules that a user has in a namespace ('' for cluster-wide ones alone), for SelfSubjectRulesReview and escalation checks. */
  rulesFor(user: User, namespace: string): readonly PolicyRule[] {
    if (user.groups.includes(mastersGroup)) return everything
    return this.#grantsFor(user, namespace).flatMap((grant) => this.#rulesFor(grant) ?? [])
  }

  /** The rules of the role that a binding in a namespace ('' for a ClusterRoleBinding) refers to; undefined when there is none. */
  rulesOf({ kind, name }: RoleRef, namespace: string): readonly PolicyRule[] | undefined {
    if (kind === 'ClusterRole') return this.#rulesOfClusterRole(name)
    const role = this.#store.get({ resource: rbacResources.roles, namespace, name })?.object as Role | undefined
    return role && (role.rules ?? [])
  }

  /** Stops following the store. */
  close(): void {
    for (const stop of this.#stops) stop()
  }

  #rulesFor({ roleRef, namespace }: Grant): readonly PolicyRule[] | undefined {
    return this.rulesOf(roleRef, namespace)
  }

  #rulesOfClusterRole(name: string): readonly PolicyRule[] | undefined {
    if (this.#clusterRoles === undefined) {
      const roles = this.#store.list(rbacResources.clusterRoles).map(({ object }) => object as Role)
      this.#clusterRoles = new Map(roles.map((role) => [role.metadata.name ?? '', aggregatedRules(role, roles) ?? role.rules ?? []]))
    }
    return this.#clusterRoles.get(name)
  }

  #grantsFor(user: User, namespace: string): readonly Grant[] {
    this.#grants ??= grantsOf([
      ...this.#store.list(rbacResources.clusterRoleBindings).map(({ object }) => object as Binding),
      ...this.#store.list(rbacResources.roleBindings).map(({ object }) => object as Binding)
    ])
    const grants = this.#grants
    const all = [`User ${user.name}`, ...user.groups.map((group) => `Group ${group}`)].flatMap((subject) => grants.get(subject) ?? [])
    // Cluster-wide ones first, as the reference visits them.
    return [
      ...all.filter((grant) => grant.namespace === ''),
      ...all.filter((grant) => grant.namespace !== '' && grant.namespace === namespace)
    ]
  }
}

function missingRole({ kind, name }: RoleRef): string {
  return `${kind.toLowerCase()}.${rbacGroup} "${name}" not found`
}
