/** Acting as somebody else: the Impersonate-* headers (Kubernetes, "User impersonation"). */
import { type Attributes, forbiddenMessage, type ResourceAttributes } from './attributes.ts'
import type { Decision } from './authorizer.ts'
import { anonymous, authenticated, serviceAccountGroups, serviceAccountOf, type User } from './user.ts'

/** Header values by lower-case name, each occurrence one value: `IncomingMessage.headersDistinct`. */
export type DistinctHeaders = Readonly<Record<string, readonly string[] | undefined>>

/** Whom the request is to be taken for; why it may not be (the message of the 403 Status and what it is about); or what is malformed. */
export type Impersonation =
  | { readonly kind: 'none' }
  | { readonly kind: 'user'; readonly user: User }
  | { readonly kind: 'forbidden'; readonly message: string; readonly attributes: ResourceAttributes }
  | { readonly kind: 'malformed'; readonly message: string }

const extraPrefix = 'impersonate-extra-'
const VERSION = 'authentication.k8s.io/v1'

/** Reads the headers, and asks whether `user` may impersonate each of what they name. */
export function impersonationOf(
  headers: DistinctHeaders,
  user: User,
  authorize: (user: User, attributes: Attributes) => Decision
): Impersonation {
  const name = headers['impersonate-user']?.[0] ?? ''
  const uid = headers['impersonate-uid']?.[0] ?? ''
  const groups = headers['impersonate-group'] ?? []
  const extra = extraOf(headers)
  if (name === '') {
    if (uid === '' && groups.length === 0 && Object.keys(extra).length === 0) return { kind: 'none' }
    return { kind: 'malformed', message: `requested [${namesOf(groups, extra, uid).join(' ')}] without impersonating a user` }
  }
  const account = serviceAccountOf(name)
  const wanted = [
    account ? asking('serviceaccounts', account.name, { namespace: account.namespace }) : asking('users', name),
    ...groups.map((group) => asking('groups', group)),
    ...(uid === '' ? [] : [asking('uids', uid, { group: 'authentication.k8s.io' })]),
    ...Object.entries(extra).flatMap(([key, values]) =>
      values.map((value) => asking('userextras', value, { group: 'authentication.k8s.io', subresource: key }))
    )
  ]
  for (const attributes of wanted) {
    const { allowed, reason } = authorize(user, attributes)
    if (!allowed) return { kind: 'forbidden', message: forbiddenMessage(user, attributes, reason), attributes }
  }
  const given = groups.length === 0 && account ? serviceAccountGroups(account.namespace) : groups
  const named: User = { name, groups: given, ...(uid !== '' && { uid }), ...(Object.keys(extra).length > 0 && { extra }) }
  return { kind: 'user', user: name === anonymous.name ? withoutIdentity(named) : authenticated(named) }
}

function asking(resource: string, name: string, more: Partial<ResourceAttributes> = {}): ResourceAttributes {
  return { verb: 'impersonate', group: '', resource, subresource: '', namespace: '', name, ...more }
}

function withoutIdentity(user: User): User {
  return { ...user, groups: [...new Set([...user.groups, ...anonymous.groups])] }
}

/** What was asked for, as Go prints its references. */
function namesOf(groups: readonly string[], extra: Readonly<Record<string, readonly string[]>>, uid: string): string[] {
  const reference = (kind: string, name: string, version = '', path = '') => `{${kind}  ${name}  ${version}  ${path}}`
  return [
    ...groups.map((group) => reference('Group', group)),
    ...Object.entries(extra).flatMap(([key, values]) => values.map((value) => reference('UserExtra', value, VERSION, key))),
    ...(uid === '' ? [] : [reference('UID', uid, VERSION)])
  ]
}

/** Values by key; keys are lower-case and percent-decoded, or as they are when they cannot be decoded. */
function extraOf(headers: DistinctHeaders): Record<string, readonly string[]> {
  const entries = Object.entries(headers).filter(([header]) => header.startsWith(extraPrefix))
  return Object.fromEntries(entries.map(([header, values = []]) => [decoded(header.slice(extraPrefix.length)), values]))
}

function decoded(key: string): string {
  try {
    return decodeURIComponent(key)
  } catch {
    // Extra keys count even when they are malformed.
    return key
  }
}
