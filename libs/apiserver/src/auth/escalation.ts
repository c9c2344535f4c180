/** Nobody grants what they do not hold, unless they may `escalate` the role or `bind` it (Kubernetes, "Privilege escalation prevention"). */
import { quoted } from './attributes.ts'
import type { Authorizer } from './authorizer.ts'
import { described, everything, notCovered, type PolicyRule } from './policy-rule.ts'
import { type Binding, rbacGroup, type Role } from './rbac-kinds.ts'
import type { User } from './user.ts'

/** Why a role or binding may not be written: text of the 403 after `is forbidden: `, or the role that a binding refers to in vain (404). */
export type EscalationRefusal =
  | { readonly kind: 'forbidden'; readonly reason: string }
  | { readonly kind: 'role missing'; readonly resource: string; readonly name: string }

/** For writes of Role and ClusterRole; undefined when allowed. On updates, call it only when rules or aggregation change. */
export function roleRefusal(authorizer: Authorizer, user: User, role: Role): EscalationRefusal | undefined {
  const namespace = role.metadata.namespace ?? ''
  const resource = role.kind === 'ClusterRole' ? 'clusterroles' : 'roles'
  const attributes = { verb: 'escalate', group: rbacGroup, resource, subresource: '', namespace, name: role.metadata.name ?? '' }
  if (authorizer.authorize(user, attributes).allowed) return undefined
  const missing = notHeld(authorizer, user, namespace, role.rules ?? [])
  if (missing.length > 0) return forbidden(user, missing)
  // Aggregation hands out rules that are not written yet: only who has everything may set one up.
  if (role.aggregationRule === undefined || notHeld(authorizer, user, namespace, everything).length === 0) return undefined
  return { kind: 'forbidden', reason: 'must have cluster-admin privileges to use the aggregationRule' }
}

/** For writes of RoleBinding and ClusterRoleBinding; undefined when allowed. On updates, call it only when subjects change. */
export function bindingRefusal(authorizer: Authorizer, user: User, { metadata, roleRef }: Binding): EscalationRefusal | undefined {
  const namespace = metadata.namespace ?? ''
  const resource = roleRef.kind === 'ClusterRole' ? 'clusterroles' : 'roles'
  const attributes = { verb: 'bind', group: rbacGroup, resource, subresource: '', namespace, name: roleRef.name }
  if (authorizer.authorize(user, attributes).allowed) return undefined
  const rules = authorizer.rulesOf(roleRef, namespace)
  if (rules === undefined) return { kind: 'role missing', resource, name: roleRef.name }
  const missing = notHeld(authorizer, user, namespace, rules)
  return missing.length === 0 ? undefined : forbidden(user, missing)
}

function notHeld(authorizer: Authorizer, user: User, namespace: string, rules: readonly PolicyRule[]): readonly PolicyRule[] {
  return notCovered(authorizer.rulesFor(user, namespace), rules)
}

function forbidden(user: User, missing: readonly PolicyRule[]): EscalationRefusal {
  const who = `user ${quoted(user.name)} (groups=[${user.groups.map(quoted).join(' ')}])`
  return {
    kind: 'forbidden',
    reason: `${who} is attempting to grant RBAC permissions not currently held:\n${described(missing).join('\n')}`
  }
}
