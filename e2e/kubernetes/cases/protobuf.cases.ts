/** Protobuf, and the choice of formats: bodies, answers, watches, errors, discovery. */
import type { Case, Step } from '../recorded-case.ts'
import { configMap, deployment, object, pod, podTemplate, service } from './builders.ts'

const PROTOBUF = 'application/vnd.kubernetes.protobuf'
const JSON_TYPE = 'application/json'
const PARTIAL = ';as=PartialObjectMetadata;g=meta.k8s.io;v=v1'
const PARTIAL_LIST = ';as=PartialObjectMetadataList;g=meta.k8s.io;v=v1'
const TABLE = ';as=Table;g=meta.k8s.io;v=v1'

const accepting = (accept: string, rest: Omit<Step, 'verb'> & { readonly verb?: Step['verb'] }): Step => ({
  verb: 'get',
  heads: ['content-type'],
  decoded: true,
  headers: { accept },
  ...rest
})
const inProtobuf = (rest: Parameters<typeof accepting>[1]) => accepting(PROTOBUF, rest)
const made = (one: Step['object']): Step => ({ verb: 'create', object: one as NonNullable<Step['object']>, silent: true })

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

const widgets = (scope: string): readonly Step[] => [
  {
    verb: 'create',
    silent: true,
    object: {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: `${scope}s.$NS.example` },
      spec: {
        group: '$NS.example',
        scope: 'Namespaced',
        names: { plural: `${scope}s`, singular: scope, kind: 'Widget', listKind: 'WidgetList' },
        versions: [
          {
            name: 'v1',
            served: true,
            storage: true,
            schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } }
          }
        ]
      }
    } as NonNullable<Step['object']>
  },
  {
    verb: 'wait',
    silent: true,
    path: `/apis/apiextensions.k8s.io/v1/customresourcedefinitions/${scope}s.$NS.example`,
    where: { 'status.conditions.1.status': 'True' }
  },
  { verb: 'wait', silent: true, path: `/apis/$NS.example/v1/namespaces/$NS/${scope}s` },
  {
    verb: 'request',
    method: 'POST',
    silent: true,
    path: `/apis/$NS.example/v1/namespaces/$NS/${scope}s`,
    type: JSON_TYPE,
    body: { apiVersion: '$NS.example/v1', kind: 'Widget', metadata: { name: 'x' }, a: 'b' }
  }
]
const widgetPath = (scope: string) => `/apis/$NS.example/v1/namespaces/$NS/${scope}s`

const verdictOf = (name: string, accept: string, rest: Parameters<typeof accepting>[1]): Case => ({
  name,
  steps: [made(configMap('x')), accepting(accept, rest)]
})
const one = { of: 'v1 ConfigMap x' } as const
const many = { verb: 'list', of: 'v1 ConfigMap', show: ['kind', 'apiVersion'] } as const

export const cases: readonly Case[] = [
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
  },
  verdictOf('metadata of a list as of one object', `${JSON_TYPE}${PARTIAL}`, many),
  verdictOf('metadata of one object as of a list', `${JSON_TYPE}${PARTIAL_LIST}`, one),
  verdictOf('metadata of one object as of a list, in protobuf', `${PROTOBUF}${PARTIAL_LIST}`, one),
  verdictOf('a table in protobuf', `${PROTOBUF}${TABLE}`, one),
  verdictOf('a table in protobuf, else an object', `${PROTOBUF}${TABLE},${PROTOBUF}`, one),
  verdictOf('a table in protobuf, else in JSON', `${PROTOBUF}${TABLE},${JSON_TYPE}${TABLE}`, { ...one, show: ['kind', 'rows.0.cells.0'] }),
  verdictOf('a table of a version that there is not', `${JSON_TYPE};as=Table;g=meta.k8s.io;v=v2`, one),
  verdictOf('a shape that there is not', `${JSON_TYPE};as=Nothing;g=meta.k8s.io;v=v1`, one),
  verdictOf('a shape without a group', `${JSON_TYPE};as=Table`, one),
  verdictOf('a stream that there is not', `${JSON_TYPE};stream=nothing`, one),
  verdictOf('parameters that mean nothing', `${JSON_TYPE};charset=utf-8;x=y`, one),
  verdictOf('the better of two by q', `${JSON_TYPE};q=0.5,${PROTOBUF};q=0.9`, one),
  verdictOf('the exact before the wildcard', `*/*,${PROTOBUF}`, one),
  verdictOf('any of application', 'application/*', one),
  verdictOf('something else', 'text/html', one),
  verdictOf('something else of a list', 'text/html', many),
  verdictOf('something else first', `text/html,${PROTOBUF}`, one),
  verdictOf('protobuf first, else JSON', `${PROTOBUF},${JSON_TYPE}`, one),
  {
    name: 'custom resources have no protobuf form',
    steps: [
      ...widgets('gear'),
      inProtobuf({ verb: 'request', path: `${widgetPath('gear')}/x` }),
      accepting(`${PROTOBUF},${JSON_TYPE}`, { verb: 'request', path: `${widgetPath('gear')}/x`, show: ['kind', 'a'] }),
      accepting(`${PROTOBUF}${PARTIAL}`, { verb: 'request', path: `${widgetPath('gear')}/x` }),
      accepting(`${PROTOBUF}${PARTIAL_LIST}`, { verb: 'request', path: widgetPath('gear') }),
      accepting(`${PROTOBUF}${TABLE}`, { verb: 'request', path: `${widgetPath('gear')}/x` }),
      accepting('text/html', { verb: 'request', path: `${widgetPath('gear')}/x` }),
      accepting('application/*', { verb: 'request', path: `${widgetPath('gear')}/x`, show: ['kind'] }),
      inProtobuf({ verb: 'request', path: `${widgetPath('gear')}/nothing` })
    ]
  },
  {
    name: 'patches are never protobuf',
    steps: [
      made(configMap('x')),
      inProtobuf({ verb: 'request', method: 'PATCH', path: '/api/v1/namespaces/$NS/configmaps/x', type: PROTOBUF, body: configMap('x') })
    ]
  },
  {
    name: 'bodies that are no protobuf',
    steps: [
      {
        verb: 'create',
        of: 'v1 ConfigMap',
        text: '{"kind":"ConfigMap"}',
        type: PROTOBUF,
        path: '/api/v1/namespaces/$NS/configmaps',
        show: 'verdict'
      },
      { verb: 'create', of: 'v1 ConfigMap', text: '', type: PROTOBUF, path: '/api/v1/namespaces/$NS/configmaps', show: 'verdict' },
      { verb: 'create', object: object('v1 Secret', 'x'), type: PROTOBUF, path: '/api/v1/namespaces/$NS/configmaps' }
    ]
  },
  {
    name: 'subresources in protobuf',
    steps: [
      made(deployment('x', { replicas: 0, paused: true })),
      made(object('v1 ServiceAccount', 'x')),
      inProtobuf({ of: 'apps/v1 Deployment x', sub: 'scale', show: ['kind', 'apiVersion', 'spec.replicas', 'status.selector'] }),
      inProtobuf({ of: 'apps/v1 Deployment x', sub: 'status', show: ['kind', 'spec.replicas'] }),
      inProtobuf({
        verb: 'request',
        method: 'POST',
        path: '/api/v1/namespaces/$NS/serviceaccounts/x/token',
        type: PROTOBUF,
        body: { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { expirationSeconds: 3600 } },
        show: ['kind', 'apiVersion', 'spec.expirationSeconds']
      })
    ]
  },
  {
    name: 'reviews in protobuf',
    steps: [
      inProtobuf({
        verb: 'request',
        method: 'POST',
        path: '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
        type: PROTOBUF,
        body: {
          apiVersion: 'authorization.k8s.io/v1',
          kind: 'SelfSubjectAccessReview',
          spec: { resourceAttributes: { verb: 'get', resource: 'pods', namespace: '$NS' } }
        },
        show: ['kind', 'status.allowed', 'spec.resourceAttributes.verb']
      })
    ]
  },
  ...(['/api', '/apis', '/apis/apps', '/apis/apps/v1', '/api/v1'] as const).map((path): Case => ({
    name: `discovery of ${path} in protobuf`,
    steps: [
      inProtobuf({ verb: 'request', path, show: ['kind', 'apiVersion', 'groupVersion', 'name', 'versions.0'] }),
      accepting('text/html', { verb: 'request', path })
    ]
  }))
]
