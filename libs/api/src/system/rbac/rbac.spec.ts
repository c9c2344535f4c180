import { describe, expect, it } from '@jest/globals'
import type * as k8s from '../../kubernetes/index.ts'
import { systemObjects } from '../system-objects.ts'
import { eventingRoleNames, roleNames, systemNamespace } from '../parts.ts'
import type { Grant } from './grant.ts'
import { clusterGrants, namespaceGrants } from './grants.ts'

const objects = systemObjects({ version: '1.2.3', image: (role) => `images/${role}` })
const named = <T>(kind: string): T[] => objects.filter((object) => object.kind === kind) as unknown as T[]
const clusterRoles = named<k8s.ClusterRole>('ClusterRole')
const roles = named<k8s.Role>('Role')
const bindings = [...named<k8s.ClusterRoleBinding>('ClusterRoleBinding'), ...named<k8s.RoleBinding>('RoleBinding')]
const allGrants: readonly [string, Grant][] = [clusterGrants, namespaceGrants].flatMap((grants) =>
  [...roleNames, ...eventingRoleNames].flatMap((role) =>
    grants[role].map((grant): [string, Grant] => [`${role}: ${grant.group} ${grant.resources.join(', ')}`, grant])
  )
)

describe('rights of an installation', () => {
  it('are bound by roles that it has', () => {
    expect(bindings.length).toBeGreaterThan(roleNames.length)
    for (const { roleRef } of bindings) {
      const ofKind: readonly (k8s.ClusterRole | k8s.Role)[] = roleRef.kind === 'ClusterRole' ? clusterRoles : roles
      expect(ofKind.map(({ metadata }) => metadata.name)).toContain(roleRef.name)
    }
  })

  it('are those of ServiceAccounts that it has', () => {
    const accounts = named<k8s.ServiceAccount>('ServiceAccount').map(({ metadata }) => metadata.name)
    expect(accounts.sort()).toEqual([...roleNames].sort())
    for (const { subjects } of bindings) {
      for (const subject of subjects ?? []) {
        expect(subject).toMatchObject({ kind: 'ServiceAccount', namespace: systemNamespace })
        expect(accounts).toContain(subject.name)
      }
    }
  })

  it('leave the rules of aggregated roles to the cluster', () => {
    const aggregated = clusterRoles.filter(({ aggregationRule }) => aggregationRule !== undefined)
    expect(aggregated.map(({ metadata }) => metadata.name).sort()).toEqual([
      'knative-serving-admin',
      'knative-serving-aggregated-addressable-resolver'
    ])
    for (const role of aggregated) expect(role.rules).toBeUndefined()
  })

  it('put into knative-serving-admin what the controller may do, and nothing of other roles', () => {
    const labelled = clusterRoles.filter(({ metadata }) => metadata.labels?.['serving.knative.dev/controller'] === 'true')
    expect(labelled.map(({ metadata }) => metadata.name)).toEqual(['knative-serving-core'])
  })

  it.each([
    ['admin', ['*']],
    ['edit', ['create', 'update', 'patch', 'delete']],
    ['view', ['get', 'list', 'watch']]
  ])('extend %s by upstream rules', (role, verbs) => {
    const [extension, ...more] = clusterRoles.filter(
      ({ metadata }) => metadata.labels?.[`rbac.authorization.k8s.io/aggregate-to-${role}`] === 'true'
    )
    expect(more).toEqual([])
    expect(extension?.metadata.name).toBe(`knative-serving-namespaced-${role}`)
    expect(extension?.rules?.[0]).toMatchObject({ resources: ['*'], verbs })
    expect(extension?.rules?.[0]?.apiGroups).toContain('serving.knative.dev')
  })

  it('name no kind and no verb of a role by a wildcard', () => {
    for (const [, { group, resources, verbs }] of allGrants) expect([group, ...resources, ...verbs].join()).not.toContain('*')
  })

  it('excuse only verbs that are granted, each with a reason', () => {
    const excuses = allGrants.flatMap(([name, { verbs, unseen = {} }]) =>
      Object.entries(unseen).map(([verb, why]) => ({ name, verb, why, verbs }))
    )
    expect(excuses.length).toBeGreaterThan(10)
    for (const { verb, why, verbs } of excuses) {
      expect(verbs).toContain(verb)
      expect(why.split(' ').length).toBeGreaterThan(5)
    }
  })
})
