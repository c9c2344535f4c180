/** What an installation is made of: Serving and Eventing, each in a namespace of its own, each installable without the other. */

/** The deployables of Serving that run on their own, in the order in which a start needs them. */
export const roleNames = ['webhook', 'controller', 'autoscaler', 'activator', 'gateway'] as const
export type RoleName = (typeof roleNames)[number]

/** Those of Eventing, in the same order. Upstream's names where upstream has such a role. */
export const eventingRoleNames = ['eventing-webhook', 'eventing-controller', 'event-log', 'job-sink', 'pingsource-mt-adapter'] as const
export type EventingRoleName = (typeof eventingRoleNames)[number]

export type AnyRole = RoleName | EventingRoleName

/** Namespace of everything that belongs to Serving itself. */
export const systemNamespace = 'knative-serving'

/** Namespace of everything that belongs to Eventing itself. */
export const eventingNamespace = 'knative-eventing'

/** One part of an installation. */
export interface Part {
  /** Its namespace, which is also the value of `app.kubernetes.io/name` on its objects. */
  readonly namespace: string
  readonly roles: readonly AnyRole[]
}

/** Both parts, with their namespaces and roles. */
export const parts = {
  serving: { namespace: systemNamespace, roles: roleNames },
  eventing: { namespace: eventingNamespace, roles: eventingRoleNames }
} as const satisfies Readonly<Record<string, Part>>
export type PartName = keyof typeof parts
export const partNames: readonly PartName[] = ['serving', 'eventing']

/** The part that a role belongs to. */
export const partOf = (role: AnyRole): PartName => ((eventingRoleNames as readonly string[]).includes(role) ? 'eventing' : 'serving')

/** The namespace that a role runs in. */
export const namespaceOf = (role: AnyRole): string => parts[partOf(role)].namespace
