/** Roles and bindings that are refused. */
import type { Case } from '../../recorded-case.ts'
import { object } from '../builders.ts'
import { RBAC, rule, role, clusterRole, refOf, bind } from './builders.ts'

const refused = (name: string, one: ReturnType<typeof object>): Case => ({
  name: `refused: ${name}`,
  steps: [{ verb: 'create', object: one }]
})

export const refusals: readonly Case[] = [
  refused('role without verbs', role('r', { apiGroups: [''], resources: ['pods'] })),
  refused('role with paths', role('r', { nonResourceURLs: ['/x'], verbs: ['get'] })),
  refused('role of nothing', role('r', { verbs: ['get'] })),
  refused('cluster role of both', clusterRole('r', { nonResourceURLs: ['/x'], apiGroups: [''], resources: ['pods'], verbs: ['get'] })),
  refused('path in the middle', clusterRole('r', { nonResourceURLs: ['/x/*/y', 'x'], verbs: ['get'] })),
  refused('role name', role('a/b', rule('get', 'pods'))),
  refused('binding without a role', object(`${RBAC} RoleBinding`, 'b', { subjects: [] })),
  refused('binding to another kind', bind('b', 'Deployment', 'x')),
  refused('cluster binding to a role', object(`${RBAC} ClusterRoleBinding`, '$NS-b', { ...refOf('Role', 'x') })),
  refused(
    'subjects',
    bind('b', 'ClusterRole', 'view', {
      subjects: [
        { kind: 'Robot', name: 'x' },
        { kind: 'User', name: '' },
        { kind: 'ServiceAccount', name: 'a b', namespace: '' },
        { kind: 'User', name: 'x', apiGroup: 'apps' },
        { kind: 'ServiceAccount', name: 'x', namespace: 'y', apiGroup: 'rbac.authorization.k8s.io' }
      ]
    })
  ),
  refused('aggregation with a bad selector', {
    ...clusterRole('r'),
    aggregationRule: { clusterRoleSelectors: [{ matchExpressions: [{ key: 'a b', operator: 'Is' }] }] }
  }),
  refused('aggregation without selectors', { ...clusterRole('r'), aggregationRule: {} })
]
