import { expect, it } from '@jest/globals'
import type { Attributes } from './attributes.ts'
import { impersonationOf } from './impersonation.ts'
import type { User } from './user.ts'

const admin: User = { name: 'admin', groups: ['ops'] }
const yes = () => ({ allowed: true, reason: '' })

it.each([
  { what: 'nobody', headers: {}, outcome: { kind: 'none' } },
  {
    what: 'a user',
    headers: { 'impersonate-user': ['jane'] },
    outcome: { kind: 'user', user: { name: 'jane', groups: ['system:authenticated'] } }
  },
  {
    what: 'a user with everything',
    headers: {
      'impersonate-user': ['jane'],
      'impersonate-group': ['a', 'b'],
      'impersonate-uid': ['7'],
      'impersonate-extra-example.com%2fscopes': ['x', 'y']
    },
    outcome: {
      kind: 'user',
      user: { name: 'jane', uid: '7', groups: ['a', 'b', 'system:authenticated'], extra: { 'example.com/scopes': ['x', 'y'] } }
    }
  },
  {
    what: 'a service account',
    headers: { 'impersonate-user': ['system:serviceaccount:n:w'] },
    outcome: {
      kind: 'user',
      user: { name: 'system:serviceaccount:n:w', groups: ['system:serviceaccounts', 'system:serviceaccounts:n', 'system:authenticated'] }
    }
  },
  {
    what: 'the anonymous user',
    headers: { 'impersonate-user': ['system:anonymous'] },
    outcome: { kind: 'user', user: { name: 'system:anonymous', groups: ['system:unauthenticated'] } }
  },
  {
    what: 'a group alone',
    headers: { 'impersonate-group': ['a'] },
    outcome: { kind: 'malformed', message: 'requested [{Group  a    }] without impersonating a user' }
  },
  {
    what: 'everything but a user',
    headers: { 'impersonate-group': ['x', 'y'], 'impersonate-uid': ['7'], 'impersonate-extra-foo%2fbar': ['v'] },
    outcome: {
      kind: 'malformed',
      message:
        'requested [{Group  x    } {Group  y    } {UserExtra  v  authentication.k8s.io/v1  foo/bar} {UID  7  authentication.k8s.io/v1  }] without impersonating a user'
    }
  },
  {
    what: 'a broken name',
    headers: { 'impersonate-user': ['j'], 'impersonate-extra-%zz': ['a'] },
    outcome: { kind: 'user', user: { name: 'j', groups: ['system:authenticated'], extra: { '%zz': ['a'] } } }
  }
])('takes a request that impersonates $what for it', ({ headers, outcome }) => {
  expect(impersonationOf(headers, admin, yes)).toEqual(outcome)
})

it('asks about every name, and refuses with the first that is not allowed', () => {
  const asked: Attributes[] = []
  const headers = {
    'impersonate-user': ['system:serviceaccount:n:w'],
    'impersonate-uid': ['7'],
    'impersonate-extra-k': ['v'],
    'impersonate-group': ['system:masters']
  }
  impersonationOf(headers, admin, (_, attributes) => {
    asked.push(attributes)
    return yes()
  })
  const base = { verb: 'impersonate', group: '', subresource: '', namespace: '' }
  expect(asked).toEqual([
    { ...base, resource: 'serviceaccounts', namespace: 'n', name: 'w' },
    { ...base, resource: 'groups', name: 'system:masters' },
    { ...base, group: 'authentication.k8s.io', resource: 'uids', name: '7' },
    { ...base, group: 'authentication.k8s.io', resource: 'userextras', subresource: 'k', name: 'v' }
  ])
  const refused = impersonationOf(headers, admin, (_, attributes) => ({
    allowed: 'name' in attributes && attributes.name !== 'system:masters',
    reason: ''
  }))
  expect(refused).toMatchObject({
    kind: 'forbidden',
    message: 'groups "system:masters" is forbidden: User "admin" cannot impersonate resource "groups" in API group "" at the cluster scope'
  })
})
