import { quoted } from './attributes.ts'
import type { Binding, RbacSubject, RoleRef } from './rbac-kinds.ts'
import { userNameOf } from './user.ts'

/** One role given to one subject, in a namespace or ('') everywhere. */
export interface Grant {
  readonly namespace: string
  readonly roleRef: RoleRef
  /** `ClusterRoleBinding "b" of ClusterRole "r" to User "u"`, as Kubernetes puts it. */
  readonly description: string
}

/** Grants by subject: `User NAME` (service accounts by their user name) or `Group NAME`. */
export function grantsOf(bindings: readonly Binding[]): ReadonlyMap<string, readonly Grant[]> {
  const grants = new Map<string, Grant[]>()
  for (const { metadata, roleRef, subjects = [] } of bindings) {
    const namespace = metadata.namespace ?? ''
    const binding =
      namespace === '' ? `ClusterRoleBinding ${quoted(metadata.name ?? '')}` : `RoleBinding ${quoted(`${metadata.name}/${namespace}`)}`
    for (const subject of subjects) {
      const id = subjectId(subject)
      if (id === undefined) continue
      const grant = { namespace, roleRef, description: `${binding} of ${roleRef.kind} ${quoted(roleRef.name)} to ${describe(subject)}` }
      const known = grants.get(id)
      if (known) known.push(grant)
      else grants.set(id, [grant])
    }
  }
  return grants
}

/** Undefined for a service account without a namespace: it names nobody. */
function subjectId({ kind, name, namespace = '' }: RbacSubject): string | undefined {
  if (kind !== 'ServiceAccount') return `${kind} ${name}`
  return namespace === '' ? undefined : `User ${userNameOf({ namespace, name })}`
}

function describe({ kind, name, namespace }: RbacSubject): string {
  return `${kind} ${quoted(kind === 'ServiceAccount' ? `${name}/${namespace}` : name)}`
}
