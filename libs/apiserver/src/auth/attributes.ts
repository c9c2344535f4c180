import type { User } from './user.ts'

/** What a request wants to do to a resource. `subresource`, `namespace` and `name` are '' where there is none. */
export interface ResourceAttributes {
  readonly verb: string
  readonly group: string
  readonly resource: string
  readonly subresource: string
  readonly namespace: string
  readonly name: string
}

/** What a request wants of a path that is no resource. */
export interface PathAttributes {
  readonly verb: string
  readonly path: string
}

export type Attributes = ResourceAttributes | PathAttributes

/** Kubernetes' words for a request that is not allowed: the `message` of the 403 Status. `reason` is the authorizer's. */
export function forbiddenMessage(user: User, attributes: Attributes, reason = ''): string {
  const because = reason === '' ? '' : `: ${reason}`
  const who = `User ${quoted(user.name)} cannot ${attributes.verb}`
  if ('path' in attributes) return `forbidden: ${who} path ${quoted(attributes.path)}${because}`
  const { group, resource, subresource, namespace, name } = attributes
  const what = `${who} resource ${quoted(subresource ? `${resource}/${subresource}` : resource)} in API group ${quoted(group)}`
  const where = namespace === '' ? 'at the cluster scope' : `in the namespace ${quoted(namespace)}`
  const subject = group === '' ? resource : `${resource}.${group}`
  return `${subject}${name === '' ? '' : ` ${quoted(name)}`} is forbidden: ${what} ${where}${because}`
}

/** As Go's %q, for all that occurs in names. */
export function quoted(text: string): string {
  return JSON.stringify(text)
}
