/** Bodies, answers and watches. */
import type { Case, Step } from '../../recorded-case.ts'
import { configMap, object, pod, podTemplate, service } from '../builders.ts'
import { PROTOBUF, JSON_TYPE, PARTIAL, PARTIAL_LIST, accepting, inProtobuf, made, one } from './builders.ts'

/** Read back in protobuf, with everything that the server made of it. */
const kinds: readonly (readonly [string, NonNullable<Step['object']>, boolean?])[] = [
  ['v1 ConfigMap', { ...configMap('x', { a: 'b', ü: '' }), binaryData: { c: 'AAH/' } } as NonNullable<Step['object']>],
  ['v1 Secret', object('v1 Secret', 'x', { stringData: { a: 'b' }, data: { c: 'AAH/' } })],
  ['v1 Pod', pod('x', { volumes: [{ name: 'v', emptyDir: { sizeLimit: '1.5Gi' } }] }), true],
  ['v1 Service', service('x', { clusterIP: 'None', selector: { a: 'b' }, ports: [{ port: 80, targetPort: 'http' }] })],
  ['v1 PodTemplate', { ...object('v1 PodTemplate', 'x'), template: podTemplate('x') } as NonNullable<Step['object']>],
  ['coordination.k8s.io/v1 Lease', object('coordination.k8s.io/v1 Lease', 'x', { spec: { renewTime: '2026-01-02T03:04:05.000006Z' } })],
  [
    'networking.k8s.io/v1 NetworkPolicy',
    object('networking.k8s.io/v1 NetworkPolicy', 'x', { spec: { podSelector: {}, ingress: [{ ports: [{ port: 1 }, { port: 'a' }] }] } })
  ],
  [
    'rbac.authorization.k8s.io/v1 Role',
    object('rbac.authorization.k8s.io/v1 Role', 'x', { rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }] })
  ],
  ['v1 LimitRange', object('v1 LimitRange', 'x', { spec: { limits: [{ type: 'Container', max: { cpu: '1500m' } }] } })]
]

export const bodies: readonly Case[] = [
  ...kinds.map(([type, what, pods = false]): Case => ({
    name: `${type} is sent, read and listed in protobuf`,
    ...(pods ? { pods } : {}),
    ...(type.startsWith('v1 ConfigMap') ? { settled: true } : {}),
    steps: [
      inProtobuf({ verb: 'create', object: what, type: PROTOBUF }),
      { verb: 'get', of: `${type} x` },
      inProtobuf({ of: `${type} x` }),
      inProtobuf({ verb: 'list', of: type, query: { fieldSelector: 'metadata.name=x' } })
    ]
  })),
  {
    name: 'an update, a patch and an apply are answered in protobuf',
    steps: [
      made(configMap('x')),
      inProtobuf({ verb: 'update', object: configMap('x', { a: 'c' }), type: PROTOBUF }),
      inProtobuf({ verb: 'patch', of: 'v1 ConfigMap x', patch: { data: { d: 'e' } } }),
      inProtobuf({ verb: 'apply', object: configMap('x', { f: 'g' }) }),
      inProtobuf({ verb: 'apply', object: configMap('y', { f: 'g' }) })
    ]
  },
  {
    name: 'deletions are answered in protobuf, with options in protobuf',
    pods: true,
    steps: [
      made(configMap('x')),
      made(pod('p')),
      inProtobuf({
        verb: 'delete',
        of: 'v1 ConfigMap x',
        type: PROTOBUF,
        options: { apiVersion: 'v1', kind: 'DeleteOptions', dryRun: ['All'] }
      }),
      inProtobuf({ verb: 'delete', of: 'v1 ConfigMap x' }),
      inProtobuf({
        verb: 'delete',
        of: 'v1 Pod p',
        type: PROTOBUF,
        options: { apiVersion: 'v1', kind: 'DeleteOptions', gracePeriodSeconds: 0 }
      })
    ]
  },
  {
    name: 'refusals are answered in protobuf',
    steps: [
      made(configMap('x')),
      inProtobuf({ of: 'v1 ConfigMap nothing' }),
      inProtobuf({ verb: 'create', object: configMap('x') }),
      inProtobuf({ verb: 'create', object: configMap('X_') }),
      inProtobuf({ verb: 'request', path: '/api/v1/nothing' }),
      inProtobuf({ verb: 'request', path: '/api/v1/namespaces/$NS/configmaps', method: 'PUT', body: {} }),
      inProtobuf({ verb: 'list', of: 'v1 ConfigMap', query: { fieldSelector: 'nope=1' } })
    ]
  },
  {
    name: 'a list in pages in protobuf',
    steps: [
      ...['a', 'b', 'c'].map((name) => made(object('v1 Secret', name))),
      inProtobuf({
        verb: 'list',
        of: 'v1 Secret',
        query: { limit: '2' },
        show: ['kind', 'metadata.remainingItemCount', 'items.1.metadata.name']
      }),
      inProtobuf({ verb: 'list', of: 'v1 Secret', query: { labelSelector: 'none=such' } })
    ]
  },
  {
    name: 'a watch in protobuf',
    steps: [
      inProtobuf({
        verb: 'watch',
        of: 'v1 Secret',
        events: 3,
        quiet: 300,
        steps: [
          made(object('v1 Secret', 'x', { stringData: { a: 'b' } })),
          { verb: 'patch', of: 'v1 Secret x', patch: { metadata: { labels: { c: 'd' } } }, silent: true },
          { verb: 'delete', of: 'v1 Secret x', silent: true }
        ]
      })
    ]
  },
  {
    name: 'a watch of metadata in protobuf, told to be one',
    steps: [
      made(object('v1 Secret', 'x')),
      accepting(`${PROTOBUF};stream=watch${PARTIAL}`, { verb: 'watch', of: 'v1 Secret', events: 1, quiet: 300 })
    ]
  },
  {
    name: 'a watch that tells the state first, in protobuf',
    steps: [
      made(object('v1 Secret', 'x')),
      inProtobuf({
        verb: 'watch',
        of: 'v1 Secret',
        events: 2,
        quiet: 300,
        query: { sendInitialEvents: 'true', resourceVersionMatch: 'NotOlderThan', allowWatchBookmarks: 'true' }
      })
    ]
  },
  {
    name: 'a watch too old in protobuf',
    steps: [inProtobuf({ verb: 'watch', of: 'v1 Secret', query: { resourceVersion: '1' }, events: 1, quiet: 300, show: 'verdict' })]
  },
  { name: 'a watch in YAML', steps: [accepting('application/yaml', { verb: 'list', of: 'v1 Secret', query: { watch: 'true' } })] },
  {
    name: 'metadata in protobuf',
    steps: [
      made(configMap('x', {}, { labels: { a: 'b' } })),
      accepting(`${PROTOBUF}${PARTIAL}`, one),
      accepting(`${PROTOBUF}${PARTIAL_LIST}`, { verb: 'list', of: 'v1 ConfigMap', query: { labelSelector: 'a=b' } }),
      accepting(`${PROTOBUF}${PARTIAL_LIST},${JSON_TYPE}${PARTIAL_LIST}`, {
        verb: 'list',
        of: 'v1 ConfigMap',
        query: { labelSelector: 'a=b' }
      })
    ]
  }
]
