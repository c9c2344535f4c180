/** Roles for people and for other systems. Nobody of this installation is bound to them. */
import type * as k8s from '../../kubernetes/index.ts'
import { systemLabels, type SystemOptions } from '../system-options.ts'
import { rbacVersion } from './bindings.ts'

const serving = 'serving.knative.dev'
const internals = ['networking.internal.knative.dev', 'autoscaling.internal.knative.dev', 'caching.internal.knative.dev']
const read = ['get', 'list', 'watch']
const ofAll = (apiGroups: string[], verbs: string[]): k8s.PolicyRule => ({ apiGroups, resources: ['*'], verbs })

const aggregatedTo = (role: string): Record<string, string> => ({ [`rbac.authorization.k8s.io/aggregate-to-${role}`]: 'true' })

interface UserRole {
  readonly name: string
  /** What other ClusterRoles take its rules by. */
  readonly label: Readonly<Record<string, string>>
  readonly rules: readonly k8s.PolicyRule[]
}

/** As upstream has them (knative/serving, config/core/200-roles), by the same names and labels. */
const userRoles: readonly UserRole[] = [
  {
    name: 'knative-serving-namespaced-admin',
    label: aggregatedTo('admin'),
    rules: [ofAll([serving], ['*']), ofAll(internals, read)]
  },
  {
    name: 'knative-serving-namespaced-edit',
    label: aggregatedTo('edit'),
    rules: [ofAll([serving], ['create', 'update', 'patch', 'delete']), ofAll(internals, read)]
  },
  {
    name: 'knative-serving-namespaced-view',
    label: aggregatedTo('view'),
    rules: [ofAll([serving, ...internals], read)]
  },
  {
    name: 'knative-serving-addressable-resolver',
    label: { 'duck.knative.dev/addressable': 'true' },
    rules: [{ apiGroups: [serving], resources: ['routes', 'routes/status', 'services', 'services/status'], verbs: read }]
  },
  {
    name: 'knative-serving-podspecable-binding',
    label: { 'duck.knative.dev/podspecable': 'true' },
    rules: [{ apiGroups: [serving], resources: ['configurations', 'services'], verbs: ['list', 'watch', 'patch'] }]
  }
]

/** Who may do what with Serving's objects, and what Eventing's and other aggregated roles are extended by. */
export function userRolesOf(options: SystemOptions): k8s.ClusterRole[] {
  const labels = systemLabels(options, 'controller')
  const role = (name: string, label: Readonly<Record<string, string>>): Pick<k8s.ClusterRole, 'apiVersion' | 'kind' | 'metadata'> => ({
    apiVersion: rbacVersion,
    kind: 'ClusterRole',
    metadata: { name, labels: { ...labels, ...label } }
  })
  return [
    ...userRoles.map(({ name, label, rules }) => ({ ...role(name, label), rules: [...rules] })),
    {
      // Read access to all that can be addressed, whoever made the kind; the name leaves `addressable-resolver` to Eventing.
      ...role('knative-serving-aggregated-addressable-resolver', {}),
      aggregationRule: { clusterRoleSelectors: [{ matchLabels: { 'duck.knative.dev/addressable': 'true' } }] }
    }
  ]
}
