import { afterEach, beforeEach, expect, it } from '@jest/globals'
import { openStore } from '../store/open-store.ts'
import type { ObjectStore } from '../store/object-store.ts'
import { type Attributes, forbiddenMessage, type ResourceAttributes } from './attributes.ts'
import { Authorizer } from './authorizer.ts'
import { ensureBootstrapPolicy } from './ensure-bootstrap-policy.ts'
import { bindingRefusal, roleRefusal } from './escalation.ts'
import type { PolicyRule } from './policy-rule.ts'
import { type Binding, rbacGroup, rbacResources, type RbacSubject, type Role } from './rbac-kinds.ts'
import { anonymous, type User } from './user.ts'

let store: ObjectStore
let authorizer: Authorizer
const bob: User = { name: 'bob', groups: ['dev', 'system:authenticated'] }

beforeEach(async () => {
  store = await openStore({
    directory: undefined,
    onFatal: (error) => {
      throw error
    }
  })
  authorizer = new Authorizer(store)
})

afterEach(async () => {
  authorizer.close()
  await store.close()
})

function role(name: string, rules: PolicyRule[], more: Partial<Role> & { namespace?: string; labels?: Record<string, string> } = {}): Role {
  const { namespace, labels, ...rest } = more
  const kind = namespace === undefined ? 'ClusterRole' : 'Role'
  return {
    apiVersion: `${rbacGroup}/v1`,
    kind,
    metadata: { name, ...(namespace && { namespace }), ...(labels && { labels }) },
    rules,
    ...rest
  }
}

function binding(kind: 'Role' | 'ClusterRole', name: string, subject: RbacSubject, namespace?: string): Binding {
  return {
    apiVersion: `${rbacGroup}/v1`,
    kind: namespace === undefined ? 'ClusterRoleBinding' : 'RoleBinding',
    metadata: { name: `${name}-${subject.name}`, ...(namespace && { namespace }) },
    subjects: [subject],
    roleRef: { apiGroup: rbacGroup, kind, name }
  }
}

async function save(...objects: (Role | Binding)[]): Promise<void> {
  const resources = {
    Role: rbacResources.roles,
    ClusterRole: rbacResources.clusterRoles,
    RoleBinding: rbacResources.roleBindings,
    ClusterRoleBinding: rbacResources.clusterRoleBindings
  }
  for (const object of objects) {
    const { name = '', namespace = '' } = object.metadata
    await store.write({ resource: resources[object.kind as keyof typeof resources], namespace, name }, () => ({ kind: 'put', object }))
  }
}

const user = (name: string): RbacSubject => ({ kind: 'User', apiGroup: rbacGroup, name })

/** `verb resource[/subresource][.group] [namespace[/name]]`, or `verb /path`. */
function to(text: string): Attributes {
  const [verb = '', what = '', where = ''] = text.split(' ')
  if (what.startsWith('/')) return { verb, path: what }
  const [, resource = '', subresource = '', group = ''] = /^([^/.]+)(?:\/([^.]+))?(?:\.(.+))?$/.exec(what) ?? []
  const [namespace = '', name = ''] = where.split('/')
  return { verb, group, resource, subresource, namespace, name }
}

it.each([
  {
    rule: { verbs: ['get'], apiGroups: [''], resources: ['pods'] },
    allowed: ['get pods n/p', 'get pods'],
    refused: ['list pods n', 'get pods.apps n/p', 'get pods/log n/p']
  },
  {
    rule: { verbs: ['get'], apiGroups: [''], resources: ['pods/log'] },
    allowed: ['get pods/log n/p'],
    refused: ['get pods n/p', 'get pods/exec n/p']
  },
  {
    rule: { verbs: ['*'], apiGroups: ['apps'], resources: ['*'] },
    allowed: ['delete deployments.apps n/d', 'patch deployments/scale.apps n/d'],
    refused: ['get pods n/p']
  },
  {
    rule: { verbs: ['update'], apiGroups: ['*'], resources: ['*/scale'] },
    allowed: ['update deployments/scale.apps n/d', 'update things/scale.x n/t'],
    refused: ['update deployments.apps n/d', 'update deployments/status.apps n/d']
  },
  {
    rule: { verbs: ['get', 'list'], apiGroups: [''], resources: ['secrets'], resourceNames: ['a', 'b'] },
    allowed: ['get secrets n/b'],
    refused: ['get secrets n/c', 'list secrets n']
  },
  {
    rule: { verbs: ['get'], nonResourceURLs: ['/metrics', '/api/*'] },
    allowed: ['get /metrics', 'get /api/v1'],
    refused: ['get /metrics/x', 'post /metrics', 'get /api']
  },
  { rule: { verbs: ['get'], nonResourceURLs: ['*'] }, allowed: ['get /anything'], refused: ['get pods n/p'] }
])('applies the rule $rule', async ({ rule, allowed, refused }) => {
  await save(role('r', [rule]), binding('ClusterRole', 'r', user('bob')))
  expect(allowed.filter((text) => !authorizer.authorize(bob, to(text)).allowed)).toEqual([])
  expect(refused.filter((text) => authorizer.authorize(bob, to(text)).allowed)).toEqual([])
})

const readsPods: PolicyRule = { verbs: ['get'], apiGroups: [''], resources: ['pods'] }

it.each([
  { subject: user('bob'), who: bob },
  { subject: { kind: 'Group', name: 'dev' }, who: bob },
  { subject: { kind: 'ServiceAccount', name: 'worker', namespace: 'm' }, who: { name: 'system:serviceaccount:m:worker', groups: [] } }
])('grants to the subject $subject in the namespace of the binding alone', async ({ subject, who }) => {
  await save(role('r', [readsPods]), role('r', [readsPods], { namespace: 'n' }))
  await save(binding('Role', 'r', subject, 'n'))
  expect(authorizer.authorize(who, to('get pods n/p')).allowed).toBe(true)
  expect(authorizer.authorize(who, to('get pods o/p')).allowed).toBe(false)
  expect(authorizer.authorize(who, to('get pods')).allowed).toBe(false)
  expect(authorizer.authorize({ name: 'eve', groups: ['deva'] }, to('get pods n/p')).allowed).toBe(false)
})

it('says why, in the words of Kubernetes', async () => {
  await save(
    role('r', [readsPods]),
    binding('ClusterRole', 'r', user('bob')),
    binding('ClusterRole', 'r', { kind: 'ServiceAccount', name: 'w', namespace: 'n' }, 'n')
  )
  expect(authorizer.authorize(bob, to('get pods n/p')).reason).toBe(
    'RBAC: allowed by ClusterRoleBinding "r-bob" of ClusterRole "r" to User "bob"'
  )
  const worker = { name: 'system:serviceaccount:n:w', groups: [] }
  expect(authorizer.authorize(worker, to('get pods n/p')).reason).toBe(
    'RBAC: allowed by RoleBinding "r-w/n" of ClusterRole "r" to ServiceAccount "w/n"'
  )
  await save(binding('ClusterRole', 'gone', user('bob')))
  expect(authorizer.authorize(bob, to('list pods n'))).toEqual({
    allowed: false,
    reason: 'RBAC: clusterrole.rbac.authorization.k8s.io "gone" not found'
  })
})

it('sees a change of a role or binding with the next request', async () => {
  const ask = () => authorizer.authorize(bob, to('get pods n/p')).allowed
  expect(ask()).toBe(false)
  await save(binding('ClusterRole', 'r', user('bob')))
  expect(ask()).toBe(false)
  await save(role('r', [readsPods]))
  expect(ask()).toBe(true)
  await save(role('r', []))
  expect(ask()).toBe(false)
})

it('puts aggregated roles together, also those that aggregate themselves, and ends circles', async () => {
  const selecting = (label: string) => ({ aggregationRule: { clusterRoleSelectors: [{ matchLabels: { [label]: 'true' } }] } })
  await save(
    role('outer', [], { ...selecting('outer'), labels: { inner: 'true' } }),
    role('inner', [], { ...selecting('inner'), labels: { outer: 'true' } }),
    role('leaf', [readsPods], { labels: { inner: 'true' } }),
    binding('ClusterRole', 'outer', user('bob'))
  )
  expect(authorizer.authorize(bob, to('get pods n/p')).allowed).toBe(true)
  expect(authorizer.authorize(bob, to('list pods n')).allowed).toBe(false)
})

it('lets the masters do everything, without any role', () => {
  expect(authorizer.authorize({ name: 'root', groups: ['system:masters'] }, to('delete nodes /a')).allowed).toBe(true)
})

it.each([
  {
    role: 'view',
    allowed: ['list pods n', 'get pods/log n/p', 'watch deployments.apps n'],
    refused: ['get secrets n/s', 'create pods n', 'get roles.rbac.authorization.k8s.io n/r']
  },
  {
    role: 'edit',
    allowed: ['list pods n', 'get secrets n/s', 'create pods/exec n/p', 'patch deployments.apps n/d'],
    refused: ['create roles.rbac.authorization.k8s.io n', 'delete nodes']
  },
  {
    role: 'admin',
    allowed: ['list pods n', 'create pods n', 'create rolebindings.rbac.authorization.k8s.io n'],
    refused: ['create clusterroles.rbac.authorization.k8s.io', 'get resourcequotas.x n/q']
  },
  { role: 'cluster-admin', allowed: ['delete nodes /a', 'get /metrics'], refused: [] }
])('starts with $role', async ({ role: name, allowed, refused }) => {
  await ensureBootstrapPolicy(store)
  await save(binding('ClusterRole', name, user('bob')))
  expect(allowed.filter((text) => !authorizer.authorize(bob, to(text)).allowed)).toEqual([])
  expect(refused.filter((text) => authorizer.authorize(bob, to(text)).allowed)).toEqual([])
})

it('starts with discovery for users and health for everybody, and leaves what is there alone', async () => {
  await ensureBootstrapPolicy(store)
  expect(
    ['get /apis/apps/v1', 'create selfsubjectreviews.authentication.k8s.io', 'get /livez'].map(
      (text) => authorizer.authorize(bob, to(text)).allowed
    )
  ).toEqual([true, true, true])
  expect(['get /livez', 'get /version', 'get /api'].map((text) => authorizer.authorize(anonymous, to(text)).allowed)).toEqual([
    true,
    true,
    false
  ])
  const before = store.revision()
  await ensureBootstrapPolicy(store)
  expect(store.revision()).toBe(before)
  await save({
    ...(store.get({ resource: rbacResources.clusterRoles, namespace: '', name: 'system:discovery' })?.object as Role),
    rules: []
  })
  await ensureBootstrapPolicy(store)
  expect(authorizer.authorize(bob, to('get /apis')).allowed).toBe(true)
})

it.each([
  { text: 'list pods y', says: 'pods is forbidden: User "bob" cannot list resource "pods" in API group "" in the namespace "y"' },
  {
    text: 'get configmaps y/one',
    says: 'configmaps "one" is forbidden: User "bob" cannot get resource "configmaps" in API group "" in the namespace "y"'
  },
  {
    text: 'create rolebindings.rbac.authorization.k8s.io y',
    says: 'rolebindings.rbac.authorization.k8s.io is forbidden: User "bob" cannot create resource "rolebindings" in API group "rbac.authorization.k8s.io" in the namespace "y"'
  },
  {
    text: 'get pods/log y/p',
    says: 'pods "p" is forbidden: User "bob" cannot get resource "pods/log" in API group "" in the namespace "y"'
  },
  { text: 'list nodes', says: 'nodes is forbidden: User "bob" cannot list resource "nodes" in API group "" at the cluster scope' },
  { text: 'get /metrics', says: 'forbidden: User "bob" cannot get path "/metrics"' }
])('refuses "$text" as Kubernetes does', ({ text, says }) => {
  expect(forbiddenMessage(bob, to(text) as ResourceAttributes)).toBe(says)
})

const secrets: PolicyRule = { verbs: ['get', 'list'], apiGroups: [''], resources: ['secrets', 'pods'] }
const refusal =
  'user "bob" (groups=["dev" "system:authenticated"]) is attempting to grant RBAC permissions not currently held:\n' +
  '{APIGroups:[""], Resources:["pods"], Verbs:["list"]}\n{APIGroups:[""], Resources:["secrets"], Verbs:["get" "list"]}'
const mayOn = (verb: string, resource: string): PolicyRule => ({ verbs: [verb], apiGroups: [rbacGroup], resources: [resource] })

it.each([
  { held: [readsPods], outcome: { kind: 'forbidden', reason: refusal } },
  { held: [{ verbs: ['*'], apiGroups: [''], resources: ['*'] }], outcome: undefined },
  { held: [mayOn('escalate', 'roles')], outcome: undefined },
  { held: [{ ...secrets, resourceNames: ['a'] }, readsPods], outcome: { kind: 'forbidden', reason: refusal } }
])('guards the writing of a role against a user with $held', async ({ held, outcome }) => {
  await save(role('held', held), binding('ClusterRole', 'held', user('bob')))
  expect(roleRefusal(authorizer, bob, role('new', [secrets], { namespace: 'n' }))).toEqual(outcome)
})

it.each([
  { held: [readsPods], outcome: { kind: 'forbidden', reason: refusal } },
  { held: [secrets], outcome: undefined },
  { held: [mayOn('bind', 'clusterroles')], outcome: undefined }
])('guards the writing of a binding against a user with $held', async ({ held, outcome }) => {
  await save(role('held', held), role('wanted', [secrets]), binding('ClusterRole', 'held', user('bob')))
  expect(bindingRefusal(authorizer, bob, binding('ClusterRole', 'wanted', user('eve'), 'n'))).toEqual(outcome)
})

it('lets only who has everything aggregate, and names a missing role', async () => {
  await save(role('held', [secrets]), binding('ClusterRole', 'held', user('bob')))
  const aggregating = role('new', [], { aggregationRule: { clusterRoleSelectors: [{}] } })
  expect(roleRefusal(authorizer, bob, aggregating)).toEqual({
    kind: 'forbidden',
    reason: 'must have cluster-admin privileges to use the aggregationRule'
  })
  expect(roleRefusal(authorizer, { name: 'root', groups: ['system:masters'] }, aggregating)).toBeUndefined()
  expect(bindingRefusal(authorizer, bob, binding('Role', 'none', user('eve'), 'n'))).toEqual({
    kind: 'role missing',
    resource: 'roles',
    name: 'none'
  })
})
