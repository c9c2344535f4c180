import { describe, expect, it } from '@jest/globals'
import { clusterGrants, namespaceGrants, partNames, parts, type AnyRole, type Grant } from '@knative-ts/api/system'
import { auditedCall, described, type AuditedCall } from './audited-call.ts'
import { rightsInUse, type Rights } from './rights-in-use.ts'

const call = (over: Partial<AuditedCall> = {}): AuditedCall => ({
  account: 'activator',
  verb: 'list',
  group: '',
  resource: 'pods',
  namespace: '',
  name: '',
  allowed: true,
  at: new Date(0),
  ...over
})
const pods: Grant = { group: '', resources: ['pods'], verbs: ['list'] }
const only = (everywhere: Grant[], here: Grant[] = []): Record<string, Rights> => ({ activator: { everywhere, here } })
const nothing = { refused: [], foreign: [], unused: [], tooWide: [] }

describe('rights compared with calls', () => {
  it.each<[string, AuditedCall[], Record<string, Rights>, object]>([
    ['fit when each is used', [call()], only([pods]), {}],
    ['are unused without a call', [], only([pods]), { unused: ['activator: list pods'] }],
    [
      'are unused verb by verb and resource by resource',
      [call(), call({ verb: 'get', resource: 'pods/log', namespace: 'a', name: 'p' })],
      only([{ group: '', resources: ['pods', 'pods/log'], verbs: ['list', 'get'] }]),
      { unused: ['activator: get pods', 'activator: list pods/log'] }
    ],
    ['may be unused with a reason', [], only([{ ...pods, unseen: { list: 'because' } }]), {}],
    [
      'are not excused by a reason for another verb',
      [],
      only([{ ...pods, unseen: { get: 'because' } }]),
      { unused: ['activator: list pods'] }
    ],
    ['are another account’s', [call({ account: 'gateway' })], only([]), { foreign: ['gateway: list pods'] }],
    ['are missing when the authorizer said no', [call({ allowed: false })], only([]), { refused: ['activator: list pods'] }],
    [
      'are missing once, however often it was asked',
      [call({ allowed: false }), call({ allowed: false })],
      only([]),
      { refused: ['activator: list pods'] }
    ],
    ['may come by a label', [call()], { activator: { everywhere: [], here: [], joined: [pods] } }, {}],
    ['need not be used that come by a label', [], { activator: { everywhere: [], here: [], joined: [pods] } }, {}],
    [
      'that come by a label reach no further',
      [call({ verb: 'get', name: 'a' })],
      { activator: { everywhere: [], here: [], joined: [pods] } },
      { foreign: ['activator: get pods a'] }
    ],
    [
      'in the own namespace do not reach others',
      [call({ namespace: 'knative-serving' }), call({ namespace: 'a' })],
      only([], [pods]),
      { foreign: ['activator: list pods in a'] }
    ],
    [
      'everywhere are too wide when only the own namespace was asked for',
      [call({ namespace: 'knative-serving' })],
      only([pods]),
      { tooWide: ['activator: list pods'] }
    ],
    [
      'everywhere are unused when those of the own namespace suffice',
      [call({ namespace: 'knative-serving' })],
      only([pods], [pods]),
      { unused: ['activator: list pods'] }
    ],
    [
      'to one object are not to another',
      [call({ verb: 'get', resource: 'secrets', namespace: 'knative-serving', name: 'b' })],
      only([], [{ group: '', resources: ['secrets'], verbs: ['get'], names: ['a'] }]),
      {
        foreign: ['activator: get secrets b in knative-serving'],
        unused: ['activator: get secrets a in its own namespace']
      }
    ]
  ])('%s', (_, calls, rights, findings) => {
    expect(rightsInUse(calls, rights, 'knative-serving')).toEqual({ ...nothing, ...findings })
  })

  it.each(partNames)('of the roles of %s fit calls made from them, whatever one is left out or added', (part) => {
    const { namespace: systemNamespace } = parts[part]
    const roleNames: readonly AnyRole[] = parts[part].roles
    const rights = Object.fromEntries(roleNames.map((role) => [role, { everywhere: clusterGrants[role], here: namespaceGrants[role] }]))
    const callsOf = (account: string, grants: readonly Grant[], namespace: string): AuditedCall[] =>
      grants.flatMap(({ group, resources, verbs, names = [''], unseen = {} }) =>
        resources.flatMap((resource) =>
          verbs
            .filter((verb) => !(verb in unseen))
            .flatMap((verb) => names.map((name) => call({ account, group, resource, verb, name, namespace })))
        )
      )
    const calls = roleNames.flatMap((role) => [
      ...callsOf(role, clusterGrants[role], 'elsewhere'),
      ...callsOf(role, namespaceGrants[role], systemNamespace)
    ])
    expect(calls.length).toBeGreaterThan(80)
    expect(rightsInUse(calls, rights, systemNamespace)).toEqual(nothing)
    for (const [index, left] of calls.entries()) {
      const { unused } = rightsInUse(calls.toSpliced(index, 1), rights, systemNamespace)
      expect(unused).toHaveLength(1)
      expect(unused[0]).toContain(described({ ...left, namespace: '' }))
    }
    for (const added of calls.slice(0, 20)) {
      const more = call({ ...added, verb: 'deletecollection' })
      expect(rightsInUse([...calls, more], rights, systemNamespace).foreign).toEqual([described(more)])
    }
  })
})

describe('a line of the audit log', () => {
  const event = {
    kind: 'Event',
    stage: 'ResponseComplete',
    verb: 'get',
    user: {
      username: 'system:serviceaccount:knative-serving:controller',
      extra: { 'authentication.kubernetes.io/pod-name': ['controller-1'] }
    },
    objectRef: { resource: 'pods', subresource: 'log', namespace: 'a', name: 'p', apiVersion: 'v1' },
    responseStatus: { code: 403 },
    stageTimestamp: '2026-11-22T00:32:06.951653Z',
    annotations: { 'authorization.k8s.io/decision': 'forbid' }
  }
  const read = (over: object): AuditedCall | undefined => auditedCall(JSON.stringify({ ...event, ...over }), 'knative-serving')

  it('tells who asked for what, and whether it was allowed to', () => {
    expect(read({})).toEqual({
      account: 'controller',
      verb: 'get',
      group: '',
      resource: 'pods/log',
      namespace: 'a',
      name: 'p',
      allowed: false,
      at: new Date('2026-11-22T00:32:06.951Z')
    })
  })

  it('is not about rights when admission refused, not the authorizer', () => {
    expect(read({ annotations: { 'authorization.k8s.io/decision': 'allow' } })?.allowed).toBe(true)
  })

  it.each([
    ['of somebody else', { user: { username: 'admin' }, impersonatedUser: { username: event.user.username } }],
    ['of another namespace', { user: { username: 'system:serviceaccount:knative-serving2:controller' } }],
    ['of a token that no pod has', { user: { username: event.user.username } }],
    ['about no object', { objectRef: undefined, requestURI: '/version' }]
  ])('%s says nothing', (_, over) => {
    expect(read(over)).toBeUndefined()
  })

  it('about a namespace is about an object of the cluster', () => {
    expect(read({ objectRef: { resource: 'namespaces', namespace: 'a', name: 'a' } })?.namespace).toBe('')
  })

  it('that is cut off is an error', () => {
    expect(() => auditedCall(JSON.stringify(event).slice(0, -10), 'knative-serving')).toThrow()
  })
})
