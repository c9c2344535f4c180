import { describe, expect, it } from '@jest/globals'
import { customResourceDefinitions } from '../../crds/index.ts'
import type * as k8s from '../../kubernetes/index.ts'
import { systemObjects } from '../system-objects.ts'

const objects = systemObjects({ version: '1.2.3', image: (role) => `images/${role}` }, 'eventing')
const clusterRoles = objects.filter(({ kind }) => kind === 'ClusterRole') as unknown as readonly k8s.ClusterRole[]
const ruleOf = (name: string): readonly k8s.PolicyRule[] => clusterRoles.find(({ metadata }) => metadata.name === name)?.rules ?? []
/** What a role that the cluster collects comes to, by the label of its members. */
const collected = (label: string): readonly k8s.PolicyRule[] =>
  clusterRoles.filter(({ metadata }) => metadata.labels?.[label] === 'true').flatMap(({ rules = [] }) => rules)

const may = (rules: readonly k8s.PolicyRule[], verb: string, group: string, resource: string): boolean =>
  rules.some(
    ({ verbs, apiGroups = [], resources = [] }) =>
      [verb, '*'].some((one) => verbs.includes(one)) && apiGroups.includes(group) && [resource, '*'].some((one) => resources.includes(one))
  )
const reading = ['get', 'list', 'watch']
const labelled = (label: string): readonly (readonly [kind: string, group: string, plural: string])[] =>
  customResourceDefinitions('eventing')
    .filter(({ metadata }) => metadata.labels?.[label] === 'true')
    .map(({ spec }) => [spec.names.kind, spec.group, spec.names.plural])

describe('roles that kinds join', () => {
  it.each(labelled('duck.knative.dev/addressable'))('addressable-resolver reads %s and its status', (_kind, group, plural) => {
    const rules = collected('duck.knative.dev/addressable')
    for (const verb of reading)
      for (const resource of [plural, `${plural}/status`])
        expect([verb, resource, may(rules, verb, group, resource)]).toEqual([verb, resource, true])
  })

  it.each(labelled('messaging.knative.dev/subscribable'))('channelable-manipulator changes %s and its status', (_kind, group, plural) => {
    const rules = collected('duck.knative.dev/channelable')
    for (const verb of [...reading, 'update', 'patch'])
      for (const resource of [plural, `${plural}/status`])
        expect([verb, resource, may(rules, verb, group, resource)]).toEqual([verb, resource, true])
  })

  it.each(labelled('duck.knative.dev/source'))('source-observer reads %s', (_kind, group, plural) => {
    const rules = collected('duck.knative.dev/source')
    for (const verb of reading) expect([verb, may(rules, verb, group, plural)]).toEqual([verb, true])
  })
})

it('the controller may link what Triggers of other namespaces want linked', () => {
  const bound = objects.find(({ metadata }) => metadata.name === 'eventing-controller-crossnamespace-subscriber') as unknown as
    | k8s.ClusterRoleBinding
    | undefined
  expect([bound?.roleRef.name, bound?.subjects?.[0]?.name]).toEqual(['crossnamespace-subscriber', 'eventing-controller'])
  const rules = collected('duck.knative.dev/crossnamespace-subscribable')
  for (const plural of ['channels', 'inmemorychannels']) expect(may(rules, 'knsubscribe', 'messaging.knative.dev', plural)).toBe(true)
  expect(may(rules, 'knsubscribe', 'eventing.knative.dev', 'brokers')).toBe(true)
})

describe('people in a namespace', () => {
  const kinds = customResourceDefinitions('eventing').map(({ spec }) => [spec.names.kind, spec.group, spec.names.plural] as const)
  const writing = ['create', 'update', 'patch', 'delete']

  it.each(kinds)('may read %s as viewers, write it as editors, and both as admins', (_kind, group, plural) => {
    const as = (role: string) => collected(`rbac.authorization.k8s.io/aggregate-to-${role}`)
    const allowed = (role: string, verbs: readonly string[]): readonly boolean[] => verbs.map((verb) => may(as(role), verb, group, plural))
    expect(allowed('view', reading)).toEqual([true, true, true])
    expect(allowed('view', writing)).toEqual([false, false, false, false])
    expect(allowed('edit', writing)).toEqual([true, true, true, true])
    expect(allowed('admin', [...reading, ...writing])).toEqual([true, true, true, true, true, true, true])
  })
})

it('no role of Eventing itself may touch a kind or use a verb by a wildcard', () => {
  const bindings = objects.filter(({ kind }) => /^(Cluster)?RoleBinding$/.test(kind)) as unknown as readonly k8s.RoleBinding[]
  const roles = objects.filter(({ kind }) => /^(Cluster)?Role$/.test(kind)) as unknown as readonly k8s.Role[]
  const bound = new Set(bindings.map(({ roleRef }) => roleRef.name))
  const rules = roles.filter(({ metadata }) => bound.has(metadata.name ?? '')).flatMap(({ rules: own = [] }) => own)
  expect(rules.length).toBeGreaterThan(20)
  for (const { apiGroups = [], resources = [], verbs } of rules) expect([...apiGroups, ...resources, ...verbs]).not.toContain('*')
  expect(ruleOf('knative-eventing-namespaced-admin')).not.toEqual([])
})
