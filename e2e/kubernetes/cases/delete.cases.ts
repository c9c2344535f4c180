/** Deletion: preconditions, policies, finalizers, grace, collections. */
import type { Case, Step } from '../recorded-case.ts'
import { configMap, lease, object, pod, service } from './builders.ts'

const UID = '11111111-1111-4111-8111-111111111111'
const MAP = 'v1 ConfigMap one'
const MAPS = '/api/v1/namespaces/$NS/configmaps'
const map = (metadata: Readonly<Record<string, unknown>> = {}): Step => ({
  verb: 'create',
  object: configMap('one', { a: 'b' }, metadata),
  silent: true,
  capture: { uid: 'metadata.uid', version: 'metadata.resourceVersion' }
})
const gone = (options: unknown, query: Step['query'] = {}): Step => ({ verb: 'delete', of: MAP, options, query: query ?? {} })
const held = map({ finalizers: ['example.com/x'] })
const read: Step = {
  verb: 'get',
  of: MAP,
  show: ['metadata.finalizers', 'metadata.deletionTimestamp', 'metadata.deletionGracePeriodSeconds', 'metadata.generation']
}
const raw = (body: string, type = 'application/json'): Step => ({ verb: 'request', method: 'DELETE', path: `${MAPS}/one`, body, type })
const each = (name: string, ...steps: readonly Step[]): Case => ({ name, steps: [map(), ...steps] })
const finalizers = (...all: readonly string[]): Step => ({
  verb: 'patch',
  of: MAP,
  patch: { metadata: { finalizers: all } },
  show: ['metadata.finalizers', 'metadata.deletionTimestamp']
})

export const cases: readonly Case[] = [
  each('twice', gone(undefined), gone(undefined)),
  {
    name: 'of what is missing',
    steps: [gone(undefined), gone({ preconditions: { uid: UID } }), gone({ dryRun: ['All'] }), gone({ propagationPolicy: 'Nonsense' })]
  },
  each(
    'preconditions that fail',
    gone({ preconditions: { uid: UID } }),
    gone({ preconditions: { resourceVersion: '1' } }),
    gone({ preconditions: { uid: UID, resourceVersion: '1' } }),
    gone({ preconditions: { uid: '$uid', resourceVersion: '1' } }),
    gone({ preconditions: { uid: '' } }),
    gone({ preconditions: { resourceVersion: '' } })
  ),
  each('preconditions that hold', gone({ preconditions: { uid: '$uid', resourceVersion: '$version' } })),
  each('preconditions of nothing', gone({ preconditions: {} })),
  each(
    'policies',
    gone({ propagationPolicy: 'Nonsense' }),
    gone({ propagationPolicy: '' }, { dryRun: 'All' }),
    gone(undefined, { propagationPolicy: 'nonsense' }),
    gone({ orphanDependents: true, propagationPolicy: 'Orphan' }),
    gone({ orphanDependents: false }, { dryRun: 'All' }),
    gone(undefined, { orphanDependents: 'x' }),
    gone(undefined, { orphanDependents: 'true', propagationPolicy: 'Foreground' })
  ),
  {
    name: 'foreground of what holds nothing',
    steps: [map(), gone({ propagationPolicy: 'Foreground' }), { verb: 'wait', of: MAP, status: 404 }]
  },
  { name: 'orphan of what holds nothing', steps: [map(), gone({ propagationPolicy: 'Orphan' }), { verb: 'wait', of: MAP, status: 404 }] },
  { name: 'orphan in the old way', steps: [map(), gone({ orphanDependents: true }), { verb: 'wait', of: MAP, status: 404 }] },
  { name: 'background', steps: [map(), gone({ propagationPolicy: 'Background' })] },
  {
    name: 'foreground waits for what blocks',
    steps: [
      map(),
      {
        verb: 'create',
        object: configMap(
          'child',
          {},
          {
            finalizers: ['example.com/x'],
            ownerReferences: [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'one', uid: '$uid', blockOwnerDeletion: true }]
          }
        ),
        silent: true
      },
      gone({ propagationPolicy: 'Foreground' }),
      { verb: 'wait', of: 'v1 ConfigMap child', where: { 'metadata.deletionGracePeriodSeconds': 0 } },
      read,
      { verb: 'patch', of: 'v1 ConfigMap child', patch: { metadata: { finalizers: null } }, silent: true },
      { verb: 'wait', of: MAP, status: 404 }
    ]
  },
  {
    name: 'foreground does not wait for what does not block',
    steps: [
      map(),
      {
        verb: 'create',
        object: configMap(
          'child',
          {},
          { finalizers: ['example.com/x'], ownerReferences: [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'one', uid: '$uid' }] }
        ),
        silent: true
      },
      gone({ propagationPolicy: 'Foreground' }),
      { verb: 'wait', of: MAP, status: 404 },
      { verb: 'patch', of: 'v1 ConfigMap child', patch: { metadata: { finalizers: null } }, silent: true },
      { verb: 'wait', of: 'v1 ConfigMap child', status: 404 }
    ]
  },
  {
    name: 'background takes the dependents',
    steps: [
      map(),
      {
        verb: 'create',
        object: configMap('child', {}, { ownerReferences: [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'one', uid: '$uid' }] }),
        silent: true
      },
      gone({ propagationPolicy: 'Background' }),
      { verb: 'wait', of: 'v1 ConfigMap child', status: 404 }
    ]
  },
  {
    name: 'a finalizer holds',
    steps: [
      held,
      gone(undefined),
      read,
      gone(undefined),
      gone({ propagationPolicy: 'Foreground' }),
      finalizers(),
      { verb: 'wait', of: MAP, status: 404 }
    ]
  },
  {
    name: 'finalizers while it leaves',
    steps: [
      map({ finalizers: ['example.com/x', 'example.com/y'] }),
      gone(undefined, {}),
      finalizers('example.com/x', 'example.com/y', 'example.com/z'),
      finalizers('example.com/z'),
      finalizers('example.com/y'),
      { verb: 'patch', of: MAP, type: 'json', patch: [{ op: 'add', path: '/metadata/finalizers/-', value: 'example.com/x' }] },
      { verb: 'update', of: MAP, change: { metadata: { finalizers: [] } }, show: ['metadata.finalizers'] },
      read
    ]
  },
  {
    name: 'changes while it leaves',
    steps: [
      held,
      gone(undefined),
      { verb: 'patch', of: MAP, patch: { data: { a: 'c' } }, show: ['data'] },
      { verb: 'patch', of: MAP, patch: { metadata: { deletionTimestamp: null } }, show: ['metadata.deletionTimestamp'] },
      {
        verb: 'patch',
        of: MAP,
        patch: { metadata: { deletionTimestamp: '2020-01-01T00:00:00Z', deletionGracePeriodSeconds: 9 } },
        show: ['metadata.deletionTimestamp', 'metadata.deletionGracePeriodSeconds']
      },
      { verb: 'create', object: configMap('one') },
      finalizers()
    ]
  },
  {
    name: 'the last finalizer with another change',
    steps: [
      held,
      gone(undefined, {}),
      { verb: 'update', of: MAP, change: { metadata: { finalizers: null, labels: { a: 'b' } } }, show: 'object' },
      { verb: 'get', of: MAP }
    ]
  },
  {
    name: 'a finalizer removed by an apply',
    steps: [
      { verb: 'apply', object: configMap('one', {}, { finalizers: ['example.com/x'] }), silent: true },
      gone(undefined),
      { verb: 'apply', object: configMap('one', {}) },
      { verb: 'get', of: MAP }
    ]
  },
  {
    name: 'dry runs',
    steps: [
      held,
      gone({ dryRun: ['All'] }),
      gone(undefined, { dryRun: 'All' }),
      gone({ dryRun: ['Nonsense'] }),
      gone(undefined, { dryRun: 'Nonsense' }),
      gone({ dryRun: ['All', 'All'] }),
      gone({ dryRun: [] }, { dryRun: 'All' }),
      gone({ dryRun: 'All' }),
      read
    ]
  },
  each('a dry run of what nothing holds', gone({ dryRun: ['All'] }), gone({ dryRun: ['All'], preconditions: { uid: UID } }), read),
  each('grace of what has none', gone({ gracePeriodSeconds: 30 })),
  each(
    'grace that is odd',
    gone({ gracePeriodSeconds: -5 }, { dryRun: 'All' }),
    gone(undefined, { gracePeriodSeconds: 'x' }),
    gone({ gracePeriodSeconds: 'x' }),
    gone({ gracePeriodSeconds: 1.5 }),
    gone(undefined, { gracePeriodSeconds: '-1' })
  ),
  each(
    'bodies that are none',
    raw('nonsense'),
    raw('[]'),
    raw('"x"'),
    raw('{"kind":"Pod","apiVersion":"v1"}'),
    raw('{"kind":"DeleteOptions","apiVersion":"v9"}'),
    raw('{"kind":"Nonsense","apiVersion":"v1"}'),
    raw('{', 'application/json'),
    raw('{}', 'text/plain'),
    raw('kind: DeleteOptions\napiVersion: v1\ndryRun: [All]\n', 'application/yaml'),
    raw('{"preconditions":"x"}'),
    raw('{"propagationPolicy":5}'),
    raw('{"dryRun":5}')
  ),
  each(
    'bodies of options',
    raw('{"kind":"DeleteOptions","apiVersion":"v1","dryRun":["All"]}'),
    raw('{"kind":"DeleteOptions","apiVersion":"meta.k8s.io/v1","dryRun":["All"]}'),
    raw('{"kind":"DeleteOptions","apiVersion":"apps/v1","dryRun":["All"]}'),
    raw('{"kind":"DeleteOptions","dryRun":["All"]}'),
    raw('{"apiVersion":"v1","dryRun":["All"]}'),
    raw('{"dryRun":["All"],"nonsense":1}'),
    raw('{"dryRun":["All"],"ignoreStoreReadErrorWithClusterBreakingPotential":true}'),
    raw('null')
  ),
  each(
    'options in both places',
    gone({ propagationPolicy: 'Orphan', dryRun: ['All'] }, { propagationPolicy: 'Nonsense' }),
    gone({ dryRun: ['All'] }, { dryRun: 'Nonsense' }),
    gone({ dryRun: ['All'] }, { propagationPolicy: 'Foreground' }),
    read
  ),
  {
    name: 'a pod on a node, in steps',
    pods: true,
    steps: [
      { verb: 'create', object: pod('p', { nodeName: 'nowhere', terminationGracePeriodSeconds: 20 }), silent: true },
      {
        verb: 'delete',
        of: 'v1 Pod p',
        options: { dryRun: ['All'] },
        show: ['metadata.deletionGracePeriodSeconds', 'metadata.generation']
      },
      { verb: 'delete', of: 'v1 Pod p', show: ['kind', 'metadata.deletionGracePeriodSeconds', 'metadata.generation'] },
      {
        verb: 'delete',
        of: 'v1 Pod p',
        options: { gracePeriodSeconds: 60 },
        show: ['metadata.deletionGracePeriodSeconds', 'metadata.generation']
      },
      {
        verb: 'delete',
        of: 'v1 Pod p',
        options: { gracePeriodSeconds: 5 },
        show: ['metadata.deletionGracePeriodSeconds', 'metadata.generation']
      },
      {
        verb: 'delete',
        of: 'v1 Pod p',
        options: { gracePeriodSeconds: -1 },
        show: ['metadata.deletionGracePeriodSeconds', 'metadata.generation']
      },
      { verb: 'delete', of: 'v1 Pod p', options: { gracePeriodSeconds: 0 }, show: ['kind', 'metadata.deletionGracePeriodSeconds'] },
      { verb: 'get', of: 'v1 Pod p' }
    ]
  },
  {
    name: 'a pod with a finalizer',
    pods: true,
    steps: [
      { verb: 'create', object: pod('p', {}, { finalizers: ['example.com/x'] }), silent: true },
      {
        verb: 'delete',
        of: 'v1 Pod p',
        show: ['kind', 'metadata.deletionGracePeriodSeconds', 'metadata.finalizers', 'metadata.generation']
      },
      {
        verb: 'delete',
        of: 'v1 Pod p',
        options: { gracePeriodSeconds: 0 },
        show: ['kind', 'metadata.deletionGracePeriodSeconds', 'metadata.finalizers', 'metadata.generation']
      },
      { verb: 'patch', of: 'v1 Pod p', patch: { metadata: { finalizers: null } }, show: ['kind', 'metadata.deletionGracePeriodSeconds'] },
      { verb: 'get', of: 'v1 Pod p' }
    ]
  },
  {
    name: 'what each kind answers',
    pods: true,
    steps: (
      [
        lease('one'),
        service('one'),
        pod('one'),
        object('v1 Secret', 'one'),
        object('v1 ServiceAccount', 'one'),
        object('v1 ResourceQuota', 'one', { spec: {} }),
        object('v1 LimitRange', 'one', { spec: { limits: [] } }),
        object('v1 PodTemplate', 'one', { template: { spec: { containers: [{ name: 'c', image: 'x' }] } } }),
        object('v1 Endpoints', 'one'),
        object('rbac.authorization.k8s.io/v1 Role', 'one', { rules: [] }),
        object('networking.k8s.io/v1 NetworkPolicy', 'one', { spec: { podSelector: {} } }),
        object('discovery.k8s.io/v1 EndpointSlice', 'one', { addressType: 'IPv4', endpoints: [] })
      ] as const
    ).flatMap((one): Step[] => [
      { verb: 'create', object: one, silent: true },
      {
        verb: 'delete',
        of: `${one.apiVersion} ${one.kind} one`,
        show: ['kind', 'metadata.deletionTimestamp', 'metadata.deletionGracePeriodSeconds']
      }
    ])
  },
  {
    name: 'collections',
    steps: [
      ...['a', 'b', 'c', 'd'].map((name, index): Step => ({
        verb: 'create',
        object: lease(name, {}, { labels: { n: String(index) }, ...(name === 'd' ? { finalizers: ['example.com/x'] } : {}) }),
        silent: true
      })),
      { verb: 'request', method: 'DELETE', path: '/apis/coordination.k8s.io/v1/namespaces/$NS/leases', query: { labelSelector: 'n in (' } },
      {
        verb: 'request',
        method: 'DELETE',
        path: '/apis/coordination.k8s.io/v1/namespaces/$NS/leases',
        query: { fieldSelector: 'nonsense=x' }
      },
      { verb: 'request', method: 'DELETE', path: '/apis/coordination.k8s.io/v1/namespaces/$NS/leases', query: { labelSelector: 'n=1' } },
      {
        verb: 'request',
        method: 'DELETE',
        path: '/apis/coordination.k8s.io/v1/namespaces/$NS/leases',
        query: { fieldSelector: 'metadata.name=a' }
      },
      { verb: 'request', method: 'DELETE', path: '/apis/coordination.k8s.io/v1/namespaces/$NS/leases', query: { labelSelector: 'n=9' } },
      {
        verb: 'request',
        method: 'DELETE',
        path: '/apis/coordination.k8s.io/v1/namespaces/$NS/leases',
        body: { preconditions: { uid: UID } }
      },
      {
        verb: 'request',
        method: 'DELETE',
        path: '/apis/coordination.k8s.io/v1/namespaces/$NS/leases',
        body: { propagationPolicy: 'Nonsense' }
      },
      {
        verb: 'request',
        method: 'DELETE',
        path: '/apis/coordination.k8s.io/v1/namespaces/$NS/leases',
        body: { dryRun: ['All'] },
        show: ['kind', 'items.0.metadata.name', 'items.1.metadata.name']
      },
      {
        verb: 'request',
        method: 'DELETE',
        path: '/apis/coordination.k8s.io/v1/namespaces/$NS/leases',
        query: { limit: '1' },
        show: ['kind', 'items.0.metadata.name', 'items.1.metadata.name', 'metadata.continue', 'metadata.remainingItemCount']
      },
      { verb: 'list', of: 'coordination.k8s.io/v1 Lease', show: ['items.0.metadata.name', 'items.1.metadata.name'] },
      { verb: 'request', method: 'DELETE', path: '/apis/coordination.k8s.io/v1/namespaces/$NS/leases', query: { resourceVersion: '0' } },
      {
        verb: 'list',
        of: 'coordination.k8s.io/v1 Lease',
        show: ['items.0.metadata.name', 'items.0.metadata.finalizers', 'items.0.metadata.deletionTimestamp']
      },
      { verb: 'patch', of: 'coordination.k8s.io/v1 Lease d', patch: { metadata: { finalizers: null } }, silent: true }
    ]
  },
  {
    name: 'collections that have none',
    steps: [
      { verb: 'request', method: 'DELETE', path: '/api/v1/namespaces/$NS/services', query: { dryRun: 'All' }, show: ['kind', 'items'] },
      { verb: 'request', method: 'DELETE', path: '/apis/coordination.k8s.io/v1/leases', query: { fieldSelector: 'metadata.name=none' } },
      { verb: 'request', method: 'DELETE', path: '/apis/coordination.k8s.io/v1/namespaces/$NS/leases', body: 'nonsense' },
      { verb: 'request', method: 'DELETE', path: '/apis/coordination.k8s.io/v1/namespaces/$NS/leases', query: { limit: 'x' } },
      { verb: 'request', method: 'DELETE', path: '/apis/coordination.k8s.io/v1/namespaces/$NS/leases', query: { gracePeriodSeconds: 'x' } }
    ]
  }
]
