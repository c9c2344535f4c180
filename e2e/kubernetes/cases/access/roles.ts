/** What roles and bindings give. */
import type { Case } from '../../recorded-case.ts'
import { configMap, object } from '../builders.ts'
import {
  type Json,
  RBAC,
  rule,
  role,
  clusterRole,
  refOf,
  toJane,
  bind,
  silent,
  as,
  until,
  get,
  maps,
  granted,
  sar,
  self
} from './builders.ts'

const toCrew = { subjects: [{ kind: 'Group', name: 'crew-$NS', apiGroup: 'rbac.authorization.k8s.io' }] }

const bindCluster = (name: string, to: string, subjects: Json = toJane) =>
  object(`${RBAC} ClusterRoleBinding`, `$NS-${name}`, { ...refOf('ClusterRole', to), ...subjects })

export const roles: readonly Case[] = [
  {
    name: 'forbidden: get, list, watch, create, update, patch, delete',
    steps: [
      as(get(`${maps}/x`)),
      as(get(maps)),
      as({ ...get(maps), query: { watch: 'true' } }),
      as({ verb: 'create', object: configMap('x') }),
      as({ verb: 'update', object: configMap('x') }),
      as({ verb: 'patch', of: 'v1 ConfigMap x', patch: {} }),
      as({ verb: 'delete', of: 'v1 ConfigMap x' }),
      as({ verb: 'request', method: 'DELETE', path: maps })
    ]
  },
  {
    name: 'forbidden: cluster scope, groups, subresources, paths',
    steps: [
      as(get('/api/v1/nodes')),
      as(get('/api/v1/pods')),
      as(get('/apis/apps/v1/namespaces/$NS/deployments/x')),
      as(get('/apis/apps/v1/namespaces/$NS/deployments/x/scale')),
      as(get('/api/v1/namespaces/$NS/pods/x/log')),
      as({ verb: 'request', method: 'POST', path: '/api/v1/namespaces/$NS/pods/x/exec' }),

      as(get('/logs')),
      as(get('/api/v1/namespaces/$NS')),
      as(get('/apis/nonsense.example/v1/things')),
      as({ ...get(maps), query: { fieldSelector: 'metadata.name=x' } })
    ]
  },
  {
    name: 'everybody may discover',
    steps: [
      as({ ...get('/version'), show: 'verdict' }),
      as({ ...get('/api'), show: 'verdict' }),
      as({ ...get('/apis/apps/v1'), show: 'verdict' }),
      as({ ...get('/openapi/v3'), show: 'verdict' }),
      as({ ...get('/livez'), show: 'verdict' }),
      as(get('/'))
    ]
  },
  granted(
    'role in a namespace',
    [role('r', rule('get list', 'configmaps')), bind('b', 'Role', 'r'), configMap('x')],
    until(as(get(`${maps}/x`))),
    as({ ...get(`${maps}/x`), show: ['data'] }),
    as({ verb: 'delete', of: 'v1 ConfigMap x' }),
    as(get('/api/v1/namespaces/default/configmaps/x'))
  ),
  granted(
    'cluster role bound in a namespace',
    [clusterRole('r', rule('get', 'configmaps')), bind('b', 'ClusterRole', '$NS-r', toCrew), configMap('x')],
    until(as(get(`${maps}/x`))),
    as({ ...get(`${maps}/x`), show: ['data'] }),
    as(get('/api/v1/namespaces/default/configmaps/x'))
  ),
  granted(
    'cluster role bound everywhere',
    [clusterRole('r', rule('list', 'nodes'), { nonResourceURLs: ['/metrics', '/logs/*'], verbs: ['get'] }), bindCluster('b', '$NS-r')],
    until(as(get('/api/v1/nodes'))),
    as({ ...get('/api/v1/nodes'), show: 'verdict' })
  ),
  granted(
    'resource names',
    [
      role('r', rule('get update', 'configmaps', '', { resourceNames: ['mine'] })),
      bind('b', 'Role', 'r'),
      configMap('mine'),
      configMap('other')
    ],
    until(as(get(`${maps}/mine`))),
    as(get(`${maps}/other`)),
    as(get(maps)),
    as({ ...get(maps), query: { fieldSelector: 'metadata.name=mine' } })
  ),
  granted(
    'subresources are their own',
    [role('r', rule('get', 'pods/log'), rule('get', '*/scale', 'apps')), bind('b', 'Role', 'r')],
    until(as(get('/api/v1/namespaces/$NS/pods/x/log')), 404),
    as(get('/api/v1/namespaces/$NS/pods/x')),
    as({ ...get('/apis/apps/v1/namespaces/$NS/deployments/x/scale'), show: 'verdict' })
  ),
  granted(
    'a binding to a role that is not there',
    [bind('b', 'Role', 'missing')],
    until(as({ ...self({ resourceAttributes: { verb: 'get', resource: 'pods', namespace: '$NS' } }) }), 201),
    { verb: 'sleep', ms: 300, silent: true },
    as(get(`${maps}/x`))
  ),
  granted(
    'a service account',
    [
      role('r', rule('get', 'configmaps')),
      bind('b', 'Role', 'r', { subjects: [{ kind: 'ServiceAccount', name: 'robot', namespace: '$NS' }] }),
      configMap('x')
    ],
    until(as(get(`${maps}/x`), { 'impersonate-user': 'system:serviceaccount:$NS:robot' })),
    as({ ...get(`${maps}/x`), show: ['data'] }, { 'impersonate-user': 'system:serviceaccount:$NS:robot' }),
    as(
      {
        verb: 'create',
        object: { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' } as unknown as ReturnType<typeof object>
      },
      { 'impersonate-user': 'system:serviceaccount:$NS:robot' }
    ),
    sar({
      user: 'system:serviceaccount:$NS:robot',
      resourceAttributes: { verb: 'get', resource: 'configmaps', namespace: '$NS', name: 'x' }
    })
  ),
  granted(
    'escalation by a role',
    [
      clusterRole('r', rule('create update patch get', 'roles clusterroles', 'rbac.authorization.k8s.io'), rule('get', 'configmaps')),
      bindCluster('b', '$NS-r')
    ],
    until(as({ verb: 'create', object: role('probe', rule('get', 'configmaps')) }), 201),
    as({ verb: 'create', object: role('more', rule('get list', 'secrets configmaps'), rule('get', 'configmaps')) }),
    as({ verb: 'create', object: role('named', rule('get', 'secrets', '', { resourceNames: ['x'] })) }),
    as({ verb: 'create', object: clusterRole('paths', { nonResourceURLs: ['/secret'], verbs: ['get'] }) }),
    as({ verb: 'create', object: { ...clusterRole('agg'), aggregationRule: { clusterRoleSelectors: [{ matchLabels: { a: 'b' } }] } } }),
    as({ verb: 'create', object: role('ok', rule('get', 'configmaps')), show: 'verdict' })
  ),
  granted(
    'escalation by a binding',
    [
      clusterRole('r', rule('create', 'rolebindings', 'rbac.authorization.k8s.io')),
      role('strong', rule('delete', 'pods')),
      bindCluster('b', '$NS-r')
    ],
    until(as({ verb: 'create', object: bind('probe', 'Role', 'missing') }), 404),
    as({ verb: 'create', object: bind('mine', 'Role', 'strong') }),
    as({ verb: 'create', object: bind('none', 'Role', 'missing') }),
    as({ verb: 'create', object: bind('none', 'ClusterRole', '$NS-missing') })
  ),
  granted(
    'escalate and bind allow it',
    [
      clusterRole(
        'r',
        rule('create escalate', 'roles', 'rbac.authorization.k8s.io'),
        rule('create', 'rolebindings', 'rbac.authorization.k8s.io'),
        rule('bind', 'roles', 'rbac.authorization.k8s.io', { resourceNames: ['strong'] })
      ),
      role('strong', rule('delete', 'pods')),
      role('other', rule('delete', 'pods')),
      bindCluster('b', '$NS-r')
    ],
    until(as({ verb: 'create', object: role('probe', rule('*', '*', '*')) }), 201),
    as({ verb: 'create', object: bind('one', 'Role', 'strong'), show: 'verdict' }),
    as({ verb: 'create', object: bind('two', 'Role', 'other') })
  ),
  granted(
    'aggregation',
    [
      object(`${RBAC} ClusterRole`, '$NS-whole', {
        aggregationRule: { clusterRoleSelectors: [{ matchLabels: { part: '$NS' } }] },
        rules: []
      }),
      object(`${RBAC} ClusterRole`, '$NS-part', { rules: [rule('get', 'pods')] }, { labels: { part: '$NS' } })
    ],
    { verb: 'wait', of: `${RBAC} ClusterRole $NS-whole`, where: { 'rules.0.verbs.0': 'get' }, show: ['rules', 'aggregationRule'] },
    silent(object(`${RBAC} ClusterRole`, '$NS-zpart', { rules: [rule('list', 'pods'), rule('get', 'pods')] }, { labels: { part: '$NS' } })),
    { verb: 'wait', of: `${RBAC} ClusterRole $NS-whole`, where: { 'rules.1.verbs.0': 'list' }, show: ['rules'] }
  ),
  {
    name: 'roleRef is immutable',
    steps: [
      silent(role('r', rule('get', 'pods'))),
      silent(bind('b', 'Role', 'r')),
      { verb: 'patch', of: `${RBAC} RoleBinding b`, patch: { roleRef: { name: 'other' } } },
      { verb: 'patch', of: `${RBAC} RoleBinding b`, patch: { subjects: [{ kind: 'User', name: 'joe' }] }, show: ['subjects'] }
    ]
  }
]
