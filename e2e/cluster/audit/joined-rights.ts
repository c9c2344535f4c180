import type { ClusterRole, ClusterRoleBinding } from '@knative-ts/api/kubernetes'
import { partNames, systemObjects, type Grant } from '@knative-ts/api/system'

type Labels = Readonly<Record<string, string>>
const carries = (labels: Labels = {}, wanted: Labels = {}): boolean =>
  Object.entries(wanted).every(([label, value]) => labels[label] === value)

/**
 * What an account may do by roles whose rules the cluster collects: rights to kinds that join by a label, whoever made them. Of these a call
 * is rightful and none is missed; the account's own rights are those that have to be used.
 */
export function joinedRights(account: string): readonly Grant[] {
  const objects = partNames.flatMap((part) => systemObjects({ version: '', image: (role) => role }, part))
  const roles = objects.filter(({ kind }) => kind === 'ClusterRole') as ClusterRole[]
  const bound = (objects.filter(({ kind }) => kind === 'ClusterRoleBinding') as ClusterRoleBinding[])
    .filter(({ subjects = [] }) => subjects?.some(({ name }) => name === account) === true)
    .map(({ roleRef }) => roleRef.name)
  const selectors = roles
    .filter(({ metadata }) => bound.includes(metadata.name ?? ''))
    .flatMap(({ aggregationRule }) => aggregationRule?.clusterRoleSelectors ?? [])
  const members = roles.filter(({ metadata }) => selectors.some(({ matchLabels }) => carries(metadata.labels, matchLabels ?? {})))
  return members.flatMap(({ rules }) =>
    (rules ?? []).flatMap(({ apiGroups, resources, verbs }) =>
      (apiGroups ?? []).map((group) => ({ group, resources: resources ?? [], verbs }))
    )
  )
}
