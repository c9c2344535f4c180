/** Reviews of access and tokens, and who somebody is. */
import type { Case, Step } from '../../recorded-case.ts'
import { object } from '../builders.ts'
import { rule, role, bind, as, until, get, maps, granted, sar, self } from './builders.ts'

const ADMINS = { 'impersonate-user': 'jane-$NS', 'impersonate-group': 'crew-$NS' }

export const reviews: readonly Case[] = [
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
  }
]
