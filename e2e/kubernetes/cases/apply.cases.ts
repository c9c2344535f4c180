/** Server-side apply: who owns what, conflicts, and what goes when its owner no longer says it. */
import type { Case, Step } from '../recorded-case.ts'
import { configMap, deployment, lease, networkPolicy, object, pod, service, template } from './builders.ts'

type Given = NonNullable<Step['object']>
const MAP = 'v1 ConfigMap one'
const as = (fieldManager: string, given: Given, query: Step['query'] = {}): Step => ({
  verb: 'apply',
  object: given,
  query: { fieldManager, ...query },
  show: 'all'
})
const forced = (fieldManager: string, given: Given): Step => as(fieldManager, given, { force: 'true' })
const map = (data: object, metadata: object = {}): Given =>
  configMap('one', data as Readonly<Record<string, unknown>>, metadata as Readonly<Record<string, unknown>>)
const text = (body: string, query: Step['query'] = {}): Step => ({ verb: 'apply', of: MAP, text: body, query: query ?? {}, show: 'all' })
const updated = (manager: string, patch: object, of = MAP): Step => ({
  verb: 'patch',
  of,
  patch,
  query: { fieldManager: manager },
  show: 'all'
})
const containers = (...all: readonly object[]) => template('one', { containers: all })

export const cases: readonly Case[] = [
  {
    name: 'one manager changes, adds and leaves out',
    steps: [
      as('m', map({ a: '1', b: '2' })),
      as('m', map({ a: '9', c: '3' })),
      as('m', map({})),
      as('m', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'one' } })
    ]
  },
  {
    name: 'the same again',
    steps: [as('m', map({ a: '1' })), as('m', map({ a: '1' })), as('n', map({ a: '1' })), as('n', map({ a: '1' }))]
  },
  {
    name: 'two own a value, one leaves it',
    steps: [as('m', map({ a: '1', b: '2' })), as('n', map({ a: '1' })), as('m', map({ b: '2' })), as('n', map({}))]
  },
  {
    name: 'a conflict with one manager',
    steps: [as('m', map({ a: '1' })), as('n', map({ a: '2' })), forced('n', map({ a: '2' })), as('m', map({ a: '1' })), as('m', map({}))]
  },
  {
    name: 'a conflict about many fields',
    steps: [
      as('m', map({ a: '1', b: '2' }, { labels: { x: 'y' }, annotations: { 'k/l': 'm' } })),
      as('n', map({ a: '2', b: '3' }, { labels: { x: 'z' }, annotations: { 'k/l': 'o' } }))
    ]
  },
  {
    name: 'a conflict with many managers',
    steps: [
      as('m', map({ a: '1' })),
      as('n', map({ a: '1', b: '2' })),
      updated('u', { data: { c: '3' } }),
      as('o', map({ a: '7', b: '8', c: '9' })),
      forced('o', map({ a: '7', b: '8', c: '9' }))
    ]
  },
  {
    name: 'a conflict with an update',
    steps: [
      { verb: 'create', object: map({ a: '1' }), query: { fieldManager: 'u' }, silent: true },
      as('m', map({ a: '2' })),
      as('m', map({ a: '1' })),
      as('m', map({ a: '2' }))
    ]
  },
  {
    name: 'a conflict with a status update',
    steps: [
      { verb: 'create', object: networkPolicy('n'), silent: true },
      {
        verb: 'create',
        object: object('networking.k8s.io/v1 Ingress', 'i', { spec: { defaultBackend: { service: { name: 'x', port: { number: 1 } } } } }),
        silent: true
      },
      {
        verb: 'patch',
        of: 'networking.k8s.io/v1 Ingress i',
        sub: 'status',
        patch: { status: { loadBalancer: { ingress: [{ ip: '1.2.3.4' }] } } },
        query: { fieldManager: 'u' },
        show: 'all'
      },
      {
        ...as('m', object('networking.k8s.io/v1 Ingress', 'i', { status: { loadBalancer: { ingress: [{ ip: '1.2.3.5' }] } } })),
        sub: 'status'
      },
      {
        ...forced('m', object('networking.k8s.io/v1 Ingress', 'i', { status: { loadBalancer: { ingress: [{ ip: '1.2.3.5' }] } } })),
        sub: 'status'
      },
      as('m', object('networking.k8s.io/v1 Ingress', 'i', { spec: { ingressClassName: 'x' } }))
    ]
  },
  {
    name: 'an update takes over',
    steps: [
      as('m', map({ a: '1', b: '2' })),
      updated('u', { data: { a: '3' } }),
      as('m', map({ a: '1', b: '2' })),
      as('m', map({ b: '2' }))
    ]
  },
  {
    name: 'an update removes what is applied',
    steps: [
      as('m', map({ a: '1', b: '2' })),
      updated('u', { data: { a: null } }),
      as('m', map({ b: '2' })),
      as('m', map({ a: '1', b: '2' }))
    ]
  },
  {
    name: 'an update by the same name is another manager',
    steps: [
      as('m', map({ a: '1' })),
      updated('m', { data: { b: '2' } }),
      as('m', map({ a: '1', b: '3' })),
      as('m', map({ a: '1', b: '2' }))
    ]
  },
  {
    name: 'null in what is applied',
    steps: [as('m', map({ a: '1', b: null })), as('m', map({ a: null })), as('m', { ...map({}), data: null } as never)]
  },
  {
    name: 'empty maps',
    steps: [as('m', map({}, { labels: {}, annotations: {} })), as('n', map({ a: '1' }, { labels: { x: 'y' } })), as('n', map({}, {}))]
  },
  {
    name: 'who applies, and how',
    steps: [
      { ...as('', map({ a: '1' })), query: { fieldManager: '' } },
      as('x'.repeat(129), map({ a: '1' })),
      as('x'.repeat(128), map({ a: '1' })),
      as('tab\there', map({ a: '1' })),
      { ...as('ü', map({ a: '1' })) },
      as('m', map({ a: '1' }), { force: 'nonsense' }),
      as('m', map({ a: '1' }), { force: 'false' }),
      { verb: 'patch', of: MAP, patch: { data: {} }, query: { force: 'true', fieldManager: 'm' } },
      { verb: 'patch', of: MAP, patch: { data: {} }, query: { force: 'false', fieldManager: 'm' } },
      { verb: 'create', object: configMap('two'), query: { force: 'true' }, show: 'verdict' },
      as('m', map({ a: '1' }), { dryRun: 'Nonsense' }),
      as('m', map({ a: '1' }), { fieldValidation: 'Nonsense' })
    ]
  },
  {
    name: 'bodies that are wrong',
    steps: [
      text(''),
      text('null'),
      text('[]'),
      text('"x"'),
      text('5'),
      text('{}'),
      text('{"apiVersion":"v1","kind":"ConfigMap"'),
      text('a: b: c'),
      text('\tx'),
      text('{"apiVersion":"v1","kind":"ConfigMap"}'),
      text('{"kind":"ConfigMap","metadata":{"name":"one"}}'),
      text('{"apiVersion":"v1","metadata":{"name":"one"}}'),
      text('{"apiVersion":"v2","kind":"ConfigMap","metadata":{"name":"one"}}'),
      text('{"apiVersion":"apps/v1","kind":"ConfigMap","metadata":{"name":"one"}}'),
      text('{"apiVersion":"v1","kind":"Secret","metadata":{"name":"one"}}'),
      text('{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"two"}}'),
      text('{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"one","namespace":"two"}}'),
      text('{"apiVersion":"v1","kind":"ConfigMap","metadata":{"generateName":"one"}}'),
      text('{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"one","managedFields":[]}}'),
      text('{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"one","managedFields":null}}'),
      text('{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"one","managedFields":[{"manager":"x"}]}}'),
      text('{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"one","uid":"11111111-1111-4111-8111-111111111111"}}'),
      text('{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"one","resourceVersion":"1"}}'),
      text('{"apiVersion":"v1","kind":"ConfigMap","metadata":[]}'),
      text('{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"one"},"data":[]}'),
      text('{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"one"},"data":{"a":5}}'),
      text('{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"one"},"data":{"a":{"b":"c"}}}'),
      text('{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"one"},"immutable":"x"}'),
      text('{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"one","labels":["x"]}}'),
      text('{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":5}}'),
      text('{"apiVersion":5,"kind":"ConfigMap","metadata":{"name":"one"}}')
    ]
  },
  {
    name: 'fields that nobody knows, or twice',
    steps: ['', 'Strict', 'Warn', 'Ignore'].flatMap((fieldValidation) => [
      text('{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"one"},"nonsense":1}', { fieldValidation }),
      text('apiVersion: v1\nkind: ConfigMap\nmetadata: {name: one}\ndata: {a: "1"}\ndata: {b: "2"}\n', { fieldValidation }),
      text('apiVersion: v1\nkind: ConfigMap\nmetadata: {name: one, odd: 1}\ndata: {a: "1", a: "2"}\n', { fieldValidation })
    ])
  },
  {
    name: 'with the version and the uid',
    steps: [
      { ...as('m', map({ a: '1' })), capture: { version: 'metadata.resourceVersion', uid: 'metadata.uid' }, silent: true },
      as('m', map({ a: '2' }, { resourceVersion: '$version', uid: '$uid' })),
      as('m', map({ a: '3' }, { resourceVersion: '$version' })),
      as('m', map({ a: '3' }, { uid: '11111111-1111-4111-8111-111111111111' })),
      as('m', map({ a: '3' }, { resourceVersion: 'x' })),
      as('m', map({ a: '4' }, { resourceVersion: '0' })),
      as('m', map({ a: '5' }, { creationTimestamp: '2020-01-01T00:00:00Z', generation: 7, selfLink: '/x' }))
    ]
  },
  {
    name: 'dry',
    steps: [
      as('m', map({ a: '1' }), { dryRun: 'All' }),
      { verb: 'get', of: MAP },
      as('m', map({ a: '1' })),
      as('n', map({ a: '2' }), { dryRun: 'All' }),
      as('n', map({ a: '2' }), { dryRun: 'All', force: 'true' }),
      { verb: 'get', of: MAP, show: 'all' }
    ]
  },
  {
    name: 'from kubectl apply of the client',
    steps: [
      {
        verb: 'create',
        object: map(
          { a: '1', b: '2' },
          {
            annotations: {
              'kubectl.kubernetes.io/last-applied-configuration':
                '{"apiVersion":"v1","data":{"a":"1","b":"2"},"kind":"ConfigMap","metadata":{"annotations":{},"name":"one"}}\n'
            }
          }
        ),
        query: { fieldManager: 'kubectl-client-side-apply' },
        show: 'all'
      },
      as('kubectl', map({ a: '7' })),
      as('kubectl', map({ a: '8' }))
    ]
  },
  {
    name: 'from an annotation that is none of it',
    steps: [
      {
        verb: 'create',
        object: map({ a: '1', b: '2' }, { annotations: { 'kubectl.kubernetes.io/last-applied-configuration': 'nonsense' } }),
        query: { fieldManager: 'kubectl-client-side-apply' },
        silent: true
      },
      as('kubectl', map({ a: '7' })),
      forced('kubectl', map({ a: '7' }))
    ]
  },
  {
    name: 'from other updates than kubectl apply',
    steps: [
      { verb: 'create', object: map({ a: '1', b: '2' }), query: { fieldManager: 'kubectl-create' }, silent: true },
      updated('before-first-apply', { data: { c: '3' } }),
      as('kubectl', map({ a: '1', b: '2', c: '3' })),
      as('kubectl', map({ a: '1' }))
    ]
  },
  {
    name: 'an object without managed fields',
    steps: [
      { verb: 'create', object: map({ a: '1' }), silent: true },
      updated('u', { metadata: { managedFields: [{}] } }),
      as('m', map({ a: '2', b: '3' })),
      as('m', map({ b: '4' })),
      as('m', map({ a: '1' }))
    ]
  },
  {
    name: 'an object without managed fields, updated',
    steps: [
      { verb: 'create', object: map({ a: '1' }), silent: true },
      updated('u', { metadata: { managedFields: [{}] } }),
      updated('v', { data: { b: '2' } }),
      updated('v', { data: { a: '2' } })
    ]
  },
  {
    name: 'finalizers are a set',
    steps: [
      as('m', map({}, { finalizers: ['example.com/a', 'example.com/b'] })),
      as('n', map({}, { finalizers: ['example.com/c', 'example.com/a'] })),
      as('m', map({}, { finalizers: ['example.com/b'] })),
      as('m', map({}, { finalizers: ['example.com/x', 'example.com/x'] })),
      as('n', map({}, {})),
      as('m', map({}))
    ]
  },
  {
    name: 'containers are a map by name',
    steps: [
      as('m', containers({ name: 'a', image: 'x:1' }, { name: 'b', image: 'x:2' })),
      as('n', containers({ name: 'c', image: 'x:3' })),
      as('m', containers({ name: 'b', image: 'x:2' })),
      as('n', containers({ name: 'b', image: 'x:9' })),
      forced('n', containers({ name: 'b', image: 'x:9' }))
    ]
  },
  {
    name: 'the order of containers',
    steps: [
      as('m', containers({ name: 'a', image: 'x' }, { name: 'b', image: 'x' }, { name: 'c', image: 'x' })),
      as('m', containers({ name: 'c', image: 'x' }, { name: 'a', image: 'x' }, { name: 'b', image: 'x' })),
      as('n', containers({ name: 'd', image: 'x' }, { name: 'a', image: 'x' }))
    ]
  },
  { name: 'a container without a name', steps: [as('m', containers({ image: 'x' }))] },
  { name: 'containers without names are one twice', steps: [as('m', containers({ image: 'x' }, { name: '', image: 'y' }))] },
  {
    name: 'env and mounts without their keys',
    steps: [as('m', containers({ name: 'a', image: 'x', env: [{ value: 'v' }], volumeMounts: [{ name: 'v' }] }))]
  },
  {
    name: 'references without a name',
    steps: [
      as('m', { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'one' }, imagePullSecrets: [{}] }),
      as('m', { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'two' }, secrets: [{ namespace: 'x' }] })
    ]
  },
  { name: 'a container twice', steps: [as('m', containers({ name: 'a', image: 'x' }, { name: 'a', image: 'y' }))] },
  {
    name: 'ports and env of a container',
    steps: [
      as(
        'm',
        containers({
          name: 'a',
          image: 'x',
          ports: [{ containerPort: 80 }, { containerPort: 80, protocol: 'UDP' }],
          env: [
            { name: 'E', value: '1' },
            { name: 'F', value: '2' }
          ],
          args: ['x']
        })
      ),
      as(
        'n',
        containers({ name: 'a', ports: [{ containerPort: 80, name: 'web' }, { containerPort: 81 }], env: [{ name: 'G', value: '3' }] })
      ),
      as('n', containers({ name: 'a', args: ['y'] })),
      forced('n', containers({ name: 'a', args: ['y', 'z'], ports: [{ containerPort: 80, protocol: 'TCP', name: 'web' }] })),
      as('m', containers({ name: 'a', image: 'x' }))
    ]
  },
  { name: 'a port without its number', steps: [as('m', containers({ name: 'a', image: 'x', ports: [{ name: 'web' }] }))] },
  {
    name: 'lists that are one value',
    steps: [
      as('m', networkPolicy('n', { podSelector: {}, ingress: [{ ports: [{ port: 80 }] }], policyTypes: ['Ingress'] })),
      as('n', networkPolicy('n', { podSelector: {}, ingress: [{ ports: [{ port: 81 }] }] })),
      forced('n', networkPolicy('n', { podSelector: {}, ingress: [{ ports: [{ port: 81 }] }] })),
      as('m', networkPolicy('n', { podSelector: {}, policyTypes: ['Ingress'] }))
    ]
  },
  {
    name: 'a map that is one value',
    steps: [
      as('m', containers({ name: 'a', image: 'x', resources: { limits: { cpu: '1' } } })),
      as('n', template('one', { nodeSelector: { a: 'b' }, containers: [{ name: 'a' }] } as never)),
      as('o', template('one', { nodeSelector: { c: 'd' }, containers: [{ name: 'a' }] } as never)),
      forced(
        'o',
        template('one', {
          nodeSelector: { c: 'd' },
          containers: [{ name: 'a', resources: { limits: { cpu: '1000m', memory: '1Gi' } } }]
        } as never)
      )
    ]
  },
  {
    name: 'a selector is one value',
    steps: [
      as('m', service('s', { selector: { a: 'b' }, ports: [{ port: 80 }] })),
      as('n', service('s', { selector: { c: 'd' }, ports: [{ port: 81, name: 'x' }] })),
      as('n', service('s', { ports: [{ port: 80, protocol: 'TCP', targetPort: 8080 }] })),
      forced('n', service('s', { selector: { c: 'd' }, ports: [{ port: 80, targetPort: 8080 }] }))
    ]
  },
  {
    name: 'quantities that say the same',
    steps: [
      as('m', containers({ name: 'a', image: 'x', resources: { limits: { cpu: '1000m', memory: '1024Mi' } } })),
      as('n', containers({ name: 'a', resources: { limits: { cpu: '1', memory: '1Gi' } } })),
      as('n', containers({ name: 'a', resources: { limits: { cpu: 1, memory: '1Gi' } } }))
    ]
  },
  {
    name: 'a secret in words',
    steps: [
      as('m', object('v1 Secret', 's', { stringData: { a: 'b' } })),
      as('m', object('v1 Secret', 's', { stringData: { a: 'c' } })),
      as('m', object('v1 Secret', 's', { data: { a: 'ZA==' } }))
    ]
  },
  {
    name: 'a lease',
    steps: [
      as('m', lease('l', { holderIdentity: 'me', renewTime: '2026-01-01T00:00:00.000000Z' })),
      as('n', lease('l', { holderIdentity: 'you' })),
      as('m', lease('l', { leaseDurationSeconds: 5 }))
    ]
  },
  {
    name: 'role rules',
    steps: [
      as('m', object('rbac.authorization.k8s.io/v1 Role', 'r', { rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }] })),
      as('n', object('rbac.authorization.k8s.io/v1 Role', 'r', { rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['list'] }] }))
    ]
  },
  {
    name: 'a service account',
    steps: [
      as('m', object('v1 ServiceAccount', 'sa', { imagePullSecrets: [{ name: 'p' }] })),
      as('n', object('v1 ServiceAccount', 'sa', { imagePullSecrets: [{ name: 'q' }] })),
      as('m', object('v1 ServiceAccount', 'sa'))
    ]
  },
  {
    name: 'a pod, and what may not change',
    pods: true,
    steps: [
      as('m', pod('p')),
      as('m', pod('p', { containers: [{ name: 'c', image: 'other' }] })),
      as('n', pod('p', { containers: [{ name: 'd', image: 'other' }] }))
    ]
  },
  {
    name: 'invalid when merged',
    steps: [
      as('m', service('s', { ports: [{ port: 80 }] })),
      as('n', service('s', { ports: [{ port: 81 }] })),
      as('m', map({ 'a b': 'c' })),
      as('m', map({}, { labels: { 'a b': 'c' } }))
    ]
  },
  {
    name: 'a scale takes the replicas over',
    steps: [
      as('m', deployment('d', { replicas: 0, paused: true })),
      {
        verb: 'patch',
        of: 'apps/v1 Deployment d',
        sub: 'scale',
        patch: { spec: { replicas: 0 } },
        query: { fieldManager: 's' },
        show: ['spec']
      }
    ]
  },
  {
    name: "of a missing subresource's object",
    steps: [
      { ...as('m', object('networking.k8s.io/v1 Ingress', 'i', { status: {} })), sub: 'status' },
      { ...as('m', configMap('x')), sub: 'status' }
    ]
  },
  {
    name: 'creates with a prefix',
    steps: [
      {
        verb: 'apply',
        path: '/api/v1/namespaces/$NS/configmaps/one',
        text: 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: one, generateName: on-}\n',
        show: 'all'
      }
    ]
  },
  {
    name: 'yaml with words, anchors and comments',
    steps: [
      text('# hello\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: one\ndata:\n  a: &x |\n    two\n    lines\n  b: *x\n  c: "1"\n'),
      text('apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: one\ndata:\n  a: yes\n'),
      text('apiVersion: v1\nkind: ConfigMap\nmetadata: {name: one}\n---\napiVersion: v1\n')
    ]
  },
  {
    name: 'while it leaves',
    steps: [
      as('m', map({ a: '1' }, { finalizers: ['example.com/x'] })),
      { verb: 'delete', of: MAP, silent: true },
      as('m', map({ a: '2' }, { finalizers: ['example.com/x'] })),
      as('n', map({}, { finalizers: ['example.com/y'] })),
      as('m', map({})),
      { verb: 'get', of: MAP }
    ]
  }
]
