/** Nobody grants by a role or a binding what they do not hold. */
import type { KubeObject } from '@knative-ts/api'
import { bindingRefusal, roleRefusal, type EscalationRefusal } from '../auth/escalation.ts'
import type { Binding, Role } from '../auth/rbac-kinds.ts'
import { forbidden, notFound } from '../http/errors.ts'
import type { Call, World } from '../requests/call.ts'
import { sameJson } from '../requests/same-json.ts'

/** Throws 403 for a grant beyond the user's own rights, 404 for a binding to a role that does not exist. */
export function admitGrant(world: World, call: Call, object: KubeObject, before: KubeObject | undefined): void {
  const refusal = refusalOf(world, call, object, before)
  if (refusal === undefined) return
  if (refusal.kind === 'forbidden') throw forbidden(call.type, object.metadata.name ?? '', refusal.reason)
  throw notFound(call.type, refusal.name)
}

function refusalOf(world: World, { type, user }: Call, object: KubeObject, before: KubeObject | undefined): EscalationRefusal | undefined {
  if (type.plural === 'roles' || type.plural === 'clusterroles') {
    const role = object as Role
    const old = before as Role | undefined
    const same = old !== undefined && sameJson(role.rules, old.rules) && sameJson(role.aggregationRule, old.aggregationRule)
    return same ? undefined : roleRefusal(world.authorizer, user, role)
  }
  const binding = object as Binding
  const old = before as Binding | undefined
  const same = old !== undefined && sameJson(binding.subjects, old.subjects) && sameJson(binding.roleRef, old.roleRef)
  return same || binding.roleRef === undefined ? undefined : bindingRefusal(world.authorizer, user, binding)
}
