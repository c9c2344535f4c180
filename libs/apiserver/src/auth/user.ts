/** Who sends a request, as Kubernetes' UserInfo. `extra` keys are lower-case. */
export interface User {
  readonly name: string
  readonly uid?: string
  readonly groups: readonly string[]
  readonly extra?: Readonly<Record<string, readonly string[]>>
}

/** Everybody that proved an identity is in this group. */
const authenticatedGroup = 'system:authenticated'

/** May do everything; no role is looked at. */
export const mastersGroup = 'system:masters'

/** Who sends a request without credentials. */
export const anonymous: User = { name: 'system:anonymous', groups: ['system:unauthenticated'] }

/** A service account by namespace and name. */
export interface ServiceAccountName {
  readonly namespace: string
  readonly name: string
}

/** `system:serviceaccount:NAMESPACE:NAME` taken apart; undefined for other users. */
export function serviceAccountOf(user: string): ServiceAccountName | undefined {
  const [, namespace, name] = /^system:serviceaccount:([^:]+):([^:]+)$/.exec(user) ?? []
  return namespace !== undefined && name !== undefined ? { namespace, name } : undefined
}

/** The user name of a service account. */
export function userNameOf({ namespace, name }: ServiceAccountName): string {
  return `system:serviceaccount:${namespace}:${name}`
}

/** The groups of a service account, without {@link authenticatedGroup}. */
export function serviceAccountGroups(namespace: string): readonly string[] {
  return ['system:serviceaccounts', `system:serviceaccounts:${namespace}`]
}

/** The user with {@link authenticatedGroup} added. */
export function authenticated(user: User): User {
  return user.groups.includes(authenticatedGroup) ? user : { ...user, groups: [...user.groups, authenticatedGroup] }
}
