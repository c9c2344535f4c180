/** Who may do what: RBAC, its messages, reviews, impersonation. */
import type { Case, Step } from '../recorded-case.ts'
import { configMap, object } from './builders.ts'

type Json = Readonly<Record<string, unknown>>

const RBAC = 'rbac.authorization.k8s.io/v1'
const jane = { 'impersonate-user': 'jane-$NS', 'impersonate-group': 'crew-$NS' }
const rule = (verbs: string, resources: string, group = '', rest: Json = {}): Json => ({
  apiGroups: [group],
  resources: resources.split(' '),
  verbs: verbs.split(' '),
  ...rest
})
const role = (name: string, ...rules: readonly Json[]) => object(`${RBAC} Role`, name, { rules })
const clusterRole = (name: string, ...rules: readonly Json[]) => object(`${RBAC} ClusterRole`, `$NS-${name}`, { rules })
const refOf = (kind: string, name: string) => ({ roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind, name } })
const toJane = { subjects: [{ kind: 'User', name: 'jane-$NS', apiGroup: 'rbac.authorization.k8s.io' }] }
const toCrew = { subjects: [{ kind: 'Group', name: 'crew-$NS', apiGroup: 'rbac.authorization.k8s.io' }] }
const bind = (name: string, kind: string, to: string, subjects: Json = toJane) =>
  object(`${RBAC} RoleBinding`, name, { ...refOf(kind, to), ...subjects })
const bindCluster = (name: string, to: string, subjects: Json = toJane) =>
  object(`${RBAC} ClusterRoleBinding`, `$NS-${name}`, { ...refOf('ClusterRole', to), ...subjects })
const silent = (one: ReturnType<typeof object>): Step => ({ verb: 'create', object: one, silent: true })
const as = (step: Step, headers: Readonly<Record<string, string>> = jane): Step => ({ ...step, headers: { ...step.headers, ...headers } })
/** Informers of a real server are a little behind. */
const until = (step: Step, status = 200): Step => ({ ...step, verb: 'wait', verb2: step.verb, status, silent: true })
const get = (path: string): Step => ({ verb: 'request', path })
const maps = '/api/v1/namespaces/$NS/configmaps'
const granted = (name: string, objects: readonly ReturnType<typeof object>[], ...steps: Step[]): Case => ({
  name,
  steps: [...objects.map(silent), ...steps]
})
const sar = (spec: Json): Step => ({
  verb: 'create',
  object: { apiVersion: 'authorization.k8s.io/v1', kind: 'SubjectAccessReview', spec } as unknown as ReturnType<typeof object>
})
const self = (spec: Json): Step => ({
  verb: 'create',
  object: { apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectAccessReview', spec } as unknown as ReturnType<typeof object>
})
const refused = (name: string, one: ReturnType<typeof object>): Case => ({
  name: `refused: ${name}`,
  steps: [{ verb: 'create', object: one }]
})
const ADMINS = { 'impersonate-user': 'jane-$NS', 'impersonate-group': 'crew-$NS' }

export const cases: readonly Case[] = [
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
  },

  {
    name: 'review of a master',
    steps: [
      self({ resourceAttributes: { verb: '*', resource: '*', group: '*' } }),
      self({ nonResourceAttributes: { verb: 'get', path: '/x' } })
    ]
  },
  {
    name: 'review of somebody',
    steps: [
      sar({ user: 'jane', groups: ['crew'], resourceAttributes: { verb: 'get', resource: 'pods', namespace: '$NS' } }),
      sar({ user: 'jane', groups: ['system:masters'], resourceAttributes: { verb: 'get', resource: 'pods' } }),
      sar({
        user: 'x',
        extra: { a: ['b'] },
        uid: 'u',
        resourceAttributes: { verb: 'get', resource: 'pods', subresource: 'log', name: 'p', version: 'v1', namespace: '$NS' }
      })
    ]
  },
  {
    name: 'reviews that are refused',
    steps: [
      sar({}),
      sar({ user: 'x' }),
      sar({ user: 'x', resourceAttributes: {}, nonResourceAttributes: {} }),
      self({}),
      self({ resourceAttributes: { verb: 'get', resource: 'pods' }, nonResourceAttributes: { verb: 'get', path: '/' } })
    ]
  },
  {
    name: 'local review',
    steps: [
      {
        verb: 'create',
        object: {
          apiVersion: 'authorization.k8s.io/v1',
          kind: 'LocalSubjectAccessReview',
          metadata: { namespace: '$NS' },
          spec: { user: 'jane', resourceAttributes: { namespace: '$NS', verb: 'get', resource: 'pods' } }
        } as unknown as ReturnType<typeof object>
      },
      {
        verb: 'create',
        object: {
          apiVersion: 'authorization.k8s.io/v1',
          kind: 'LocalSubjectAccessReview',
          metadata: { namespace: '$NS' },
          spec: { user: 'jane', resourceAttributes: { namespace: 'default', verb: 'get', resource: 'pods' } }
        } as unknown as ReturnType<typeof object>
      }
    ]
  },
  granted(
    'rules review',
    [role('r', rule('get list', 'configmaps'), rule('get', 'secrets', '', { resourceNames: ['x'] })), bind('b', 'Role', 'r')],
    until(as(get(`${maps}/x`)), 404),
    as({
      verb: 'create',
      object: {
        apiVersion: 'authorization.k8s.io/v1',
        kind: 'SelfSubjectRulesReview',
        spec: { namespace: '$NS' }
      } as unknown as ReturnType<typeof object>,
      show: ['status.resourceRules', 'status.incomplete']
    }),
    as({
      verb: 'create',
      object: { apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectRulesReview', spec: {} } as unknown as ReturnType<typeof object>
    })
  ),
  {
    name: 'token reviews',
    steps: [
      {
        verb: 'create',
        object: { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenReview', spec: { token: 'nonsense' } } as unknown as ReturnType<
          typeof object
        >,
        show: ['status.authenticated', 'status.user']
      },
      {
        verb: 'create',
        object: { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenReview', spec: {} } as unknown as ReturnType<typeof object>
      },
      { verb: 'wait', of: 'v1 ServiceAccount default', status: 200, silent: true },
      {
        verb: 'request',
        method: 'POST',
        path: '/api/v1/namespaces/$NS/serviceaccounts/default/token',
        body: { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: {} },
        capture: { TOKEN: 'status.token' },
        show: 'verdict'
      },
      {
        verb: 'create',
        object: { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenReview', spec: { token: '$TOKEN' } } as unknown as ReturnType<
          typeof object
        >,
        show: ['status.authenticated', 'status.user.username', 'status.user.groups', 'status.error']
      }
    ]
  },
  {
    name: 'who am I',
    steps: [
      as(
        {
          verb: 'create',
          object: { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' } as unknown as ReturnType<typeof object>
        },
        { ...ADMINS, 'impersonate-uid': 'u1', 'impersonate-extra-acme.com%2fproject': 'x' }
      )
    ]
  },
  {
    name: 'impersonation is asked for',
    steps: [as(get(`${maps}/x`), { 'impersonate-user': 'system:anonymous' })]
  },
  {
    name: 'nobody and a bad token',
    steps: [
      { ...get(`${maps}/x`), headers: { authorization: 'Bearer nonsense' } },
      as(get('/version'), { 'impersonate-user': 'system:anonymous', 'impersonate-group': 'system:unauthenticated' }),
      as(get('/api'), { 'impersonate-user': 'system:anonymous', 'impersonate-group': 'system:unauthenticated' })
    ].map((step) => ({ ...step, show: step.path === '/version' ? ('verdict' as const) : step.show }) as Step)
  },
  ...[
    'view',
    'edit',
    'admin',
    'cluster-admin',
    'system:basic-user',
    'system:discovery',
    'system:public-info-viewer',
    'system:monitoring',
    'system:auth-delegator',
    'system:aggregate-to-view',
    'system:aggregate-to-edit',
    'system:aggregate-to-admin',
    'system:node-proxier',
    'system:kube-scheduler',
    'system:persistent-volume-provisioner',
    'system:service-account-issuer-discovery',
    'system:node',
    'system:node-bootstrapper',
    'system:heapster',
    'system:kube-dns',
    'system:kube-controller-manager',
    'system:volume-scheduler',
    'system:node-problem-detector',
    'system:kubelet-api-admin',
    'system:controller:job-controller',
    'system:controller:namespace-controller'
  ].map((name): Case => ({
    name: `default role ${name}`,
    steps: [
      {
        verb: 'get',
        path: `/apis/${RBAC}/clusterroles/${name}`,
        show: ['rules', 'metadata.labels', 'metadata.annotations', 'aggregationRule']
      }
    ]
  })),
  ...[
    'cluster-admin',
    'system:basic-user',
    'system:discovery',
    'system:public-info-viewer',
    'system:monitoring',
    'system:node-proxier',
    'system:kube-scheduler',
    'system:service-account-issuer-discovery',
    'system:node',
    'system:kube-dns',
    'system:controller:job-controller'
  ].map((name): Case => ({
    name: `default binding ${name}`,
    steps: [
      {
        verb: 'get',
        path: `/apis/${RBAC}/clusterrolebindings/${name}`,
        show: ['roleRef', 'subjects', 'metadata.labels', 'metadata.annotations']
      }
    ]
  })),

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
