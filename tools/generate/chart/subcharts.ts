/** The charts below the umbrella, one a part: what differs between them, for those who generate and check both. */
import { parts, type AnyRole, type PartName } from '@knative-ts/api/system'

export interface Subchart {
  readonly part: PartName
  /** Folder from the root. */
  readonly folder: string
  /** Roles that may scale by load. */
  readonly scalable: readonly AnyRole[]
}

export const umbrella = 'charts/knative-ts'

export const subcharts: Readonly<Record<PartName, Subchart>> = {
  serving: {
    part: 'serving',
    folder: `${umbrella}/charts/serving`,
    scalable: ['webhook', 'activator', 'gateway']
  },
  eventing: { part: 'eventing', folder: `${umbrella}/charts/eventing`, scalable: ['eventing-webhook', 'job-sink'] }
}

/** Name of a role among the values of its chart: `eventing-webhook` is `webhook` there, and words are joined as values are. */
export const valueOf = (role: AnyRole): string =>
  role.replace(/^eventing-/, '').replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase())

/** Roles of a subchart with the name of their values. */
export const rolesOf = ({ part }: Subchart): readonly { readonly role: AnyRole; readonly value: string }[] =>
  parts[part].roles.map((role) => ({ role, value: valueOf(role) }))
