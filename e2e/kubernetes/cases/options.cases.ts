/** Options of writes: who manages, what is checked, what is only tried; and managed fields as they come of updates. */
import type { Case, Step } from '../recorded-case.ts'
import { configMap, deployment, lease, object, pod, service, template } from './builders.ts'

const MAPS = '/api/v1/namespaces/$NS/configmaps'
const MAP = 'v1 ConfigMap one'
const VALIDATIONS = ['', 'Strict', 'Warn', 'Ignore', 'strict', 'Nonsense']

const post = (body: string, fieldValidation: string, type = 'application/json', path = MAPS): Step => ({
  verb: 'request',
  method: 'POST',
  path,
  type,
  body,
  query: { fieldValidation, dryRun: 'All' }
})
const oddBodies: Readonly<Record<string, readonly [string, string?, string?]>> = {
  'an unknown field': ['{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"one"},"nonsense":1}'],
  'unknown fields deep and many': [
    '{"apiVersion":"v1","kind":"Service","metadata":{"name":"one","odd":1,"labels":{"a":"b"}},"spec":{"ports":[{"port":80,"x":1},{"port":81,"name":"b","y":{"z":2}}],"nonsense":[1]},"also":null}',
    'application/json',
    '/api/v1/namespaces/$NS/services'
  ],
  'a field twice': ['{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"one","name":"two"},"data":{"a":"1","a":"2"}}'],
  'fields thrice': ['{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"one"},"data":{"a":"1","a":"2","a":"3"}}'],
  both: ['{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"one"},"nonsense":1,"nonsense":2,"data":{"a":"1","a":"2"}}'],
  capitals: ['{"apiVersion":"v1","kind":"ConfigMap","Metadata":{"name":"one"},"metadata":{"name":"two"},"DATA":{"a":"1"}}'],
  'unknown in yaml': ['apiVersion: v1\nkind: ConfigMap\nmetadata: {name: one, odd: 1}\nnonsense: {a: b}\n', 'application/yaml'],
  'twice in yaml': ['apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: one\n  name: two\ndata: {a: "1", a: "2"}\n', 'application/yaml'],
  'both in yaml': ['apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: one\n  name: two\nnonsense: 1\n', 'application/yaml'],
  'a dot and quotes in a name': ['{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"one"},"a.b":1,"c\\"d":2,"e f":{"g":1}}'],
  'unknown in items of items': [
    '{"apiVersion":"v1","kind":"Pod","metadata":{"name":"one"},"spec":{"schedulerName":"oracle","containers":[{"name":"c","image":"x","env":[{"name":"a","odd":1}],"resources":{"odd":1,"limits":{"cpu":"1"}}}],"volumes":[{"name":"v","emptyDir":{"odd":1}}]}}',
    'application/json',
    '/api/v1/namespaces/$NS/pods'
  ]
}

export const cases: readonly Case[] = [
  ...Object.entries(oddBodies).map(([name, [body, type, path]]): Case => ({
    name: `fieldValidation of ${name}`,
    ...(path?.endsWith('pods') === true && { pods: true }),
    steps: VALIDATIONS.slice(0, 4).map((one) => post(body, one, type, path))
  })),
  { name: 'fieldValidation that is none', steps: VALIDATIONS.slice(4).map((one) => post(oddBodies['an unknown field']?.[0] ?? '', one)) },
  {
    name: 'fieldValidation of an update',
    steps: [
      { verb: 'create', object: configMap('one'), silent: true },
      ...VALIDATIONS.map((fieldValidation): Step => ({
        verb: 'request',
        method: 'PUT',
        path: `${MAPS}/one`,
        query: { fieldValidation },
        body: '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"one","odd":1},"nonsense":1,"data":{"a":"1","a":"2"}}'
      }))
    ]
  },
  {
    name: 'fieldValidation of many unknown fields',
    steps: [
      {
        verb: 'create',
        object: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'one' }, spec: { $manyKeys: [30, 'k$i', 1] } } as never,
        query: { fieldValidation: 'Warn' }
      },
      {
        verb: 'create',
        object: {
          apiVersion: 'v1',
          kind: 'Service',
          metadata: { name: 'one' },
          spec: { ports: [{ port: 80 }], nested: 1 },
          more: { $manyKeys: [30, 'k$i', 1] }
        } as never,
        query: { fieldValidation: 'Warn' }
      },
      {
        verb: 'create',
        object: {
          apiVersion: 'v1',
          kind: 'Service',
          metadata: { name: 'two' },
          spec: { ports: { $many: [40, { port: '8$i', name: 'p$i', odd: 1, strange: 1 }] } }
        } as never,
        query: { fieldValidation: 'Warn', dryRun: 'All' },
        show: 'verdict'
      }
    ]
  },
  {
    name: 'fieldValidation of deployments',
    steps: ['Strict', 'Warn'].map((fieldValidation): Step => ({
      verb: 'create',
      object: deployment('d', {
        replicas: 0,
        paused: true,
        replica: 1,
        template: { metadata: { labels: { app: 'd' } }, spec: { containers: [{ name: 'c', image: 'x', port: 80 }], hostNet: true } }
      }),
      query: { fieldValidation, dryRun: 'All' },
      show: ['spec.template.spec.containers']
    }))
  },
  {
    name: 'dry runs',
    steps: [
      { verb: 'create', object: configMap('one'), query: { dryRun: 'All' }, show: 'all' },
      { verb: 'get', of: MAP },
      { verb: 'create', object: configMap('one'), silent: true },
      { verb: 'create', object: configMap('one'), query: { dryRun: 'All' } },
      { verb: 'update', object: configMap('one', { a: 'c' }), query: { dryRun: 'All' }, show: 'all' },
      { verb: 'patch', of: MAP, patch: { data: { a: 'd' } }, query: { dryRun: 'All' }, show: 'all' },
      { verb: 'patch', of: MAP, patch: { data: { 'a b': 'd' } }, query: { dryRun: 'All' } },
      { verb: 'apply', object: configMap('one', { a: 'e' }), query: { dryRun: 'All' } },
      { verb: 'delete', of: MAP, query: { dryRun: 'All' } },
      { verb: 'get', of: MAP, show: 'all' },
      { verb: 'create', object: configMap('', {}, { generateName: 'pre-' }), query: { dryRun: 'All' } },
      { verb: 'create', object: service('s'), query: { dryRun: 'All' }, show: 'all' },
      { verb: 'create', object: service('t', { type: 'NodePort' }), query: { dryRun: 'All' }, show: ['spec.type', 'spec.ports'] },
      { verb: 'update', object: lease('l'), query: { dryRun: 'All' } },
      { verb: 'get', of: 'coordination.k8s.io/v1 Lease l' }
    ]
  },
  {
    name: 'dry runs that are none',
    steps: ['', 'all', 'None', 'All,All']
      .map((dryRun): Step => ({ verb: 'create', object: configMap('one'), query: { dryRun } }))
      .concat([
        { verb: 'create', object: configMap('two'), query: { dryRun: ['All', 'Nonsense'] } },
        { verb: 'update', object: configMap('two'), query: { dryRun: 'x' } },
        { verb: 'patch', of: MAP, patch: {}, query: { dryRun: 'x' } },
        { verb: 'create', object: configMap('three'), query: { dryRun: 'All', fieldValidation: 'x', fieldManager: 'a\u0001b' } }
      ])
  },
  {
    name: 'managers by name and by program',
    steps: [
      { verb: 'create', object: configMap('a'), headers: { 'user-agent': 'program/v1.2 (linux) x' }, show: 'all' },
      { verb: 'create', object: configMap('b'), headers: { 'user-agent': '' }, show: 'all' },
      { verb: 'create', object: configMap('c'), headers: { 'user-agent': 'one two/3' }, show: 'all' },
      { verb: 'create', object: configMap('d'), query: { fieldManager: 'given' }, headers: { 'user-agent': 'program/1' }, show: 'all' },
      { verb: 'create', object: configMap('e'), query: { fieldManager: 'with space' }, show: 'all' },
      { verb: 'create', object: configMap('f'), query: { fieldManager: 'x'.repeat(129) } },
      { verb: 'create', object: configMap('g'), query: { fieldManager: 'line\nbreak' } },
      { verb: 'create', object: configMap('h'), query: { fieldManager: 'ü€' }, show: 'all' },
      { verb: 'create', object: configMap('i'), headers: { 'user-agent': `${'long'.repeat(40)}/1` }, show: 'all' },
      { verb: 'update', object: configMap('x'), query: { fieldManager: 'x'.repeat(129) } },
      { verb: 'patch', of: 'v1 ConfigMap x', patch: {}, query: { fieldManager: 'x'.repeat(129) } },
      { verb: 'create', object: configMap('j'), query: { fieldManager: '/' }, show: 'all' },
      { verb: 'create', object: configMap('k'), headers: { 'user-agent': '/1' }, show: 'all' }
    ]
  },
  {
    name: 'managed fields of updates',
    steps: [
      {
        verb: 'create',
        object: configMap('one', { a: '1' }, { labels: { x: 'y' }, annotations: { k: 'v' }, finalizers: ['example.com/x'] }),
        query: { fieldManager: 'm' },
        show: 'all'
      },
      { verb: 'patch', of: MAP, patch: { data: { b: '2' } }, query: { fieldManager: 'n' }, show: 'all' },
      { verb: 'patch', of: MAP, patch: { data: { a: '3' } }, query: { fieldManager: 'n' }, show: 'all' },
      { verb: 'patch', of: MAP, patch: { data: { a: null } }, query: { fieldManager: 'o' }, show: 'all' },
      { verb: 'update', object: configMap('one', { z: '1' }), query: { fieldManager: 'p' }, show: 'all' },
      { verb: 'patch', of: MAP, patch: { metadata: { labels: { q: 'r' } } }, query: { fieldManager: 'q' }, show: 'all' },
      { verb: 'patch', of: MAP, patch: { metadata: { labels: null }, data: null }, query: { fieldManager: 'r' }, show: 'all' }
    ]
  },
  {
    name: 'managed fields of what nothing changes',
    steps: [
      { verb: 'create', object: configMap('one'), query: { fieldManager: 'm' }, silent: true },
      { verb: 'patch', of: MAP, patch: {}, query: { fieldManager: 'n' }, show: 'all' },
      { verb: 'update', of: MAP, change: {}, query: { fieldManager: 'n' }, show: 'all' },
      { verb: 'patch', of: MAP, patch: { data: { a: 'b' } }, query: { fieldManager: 'n' }, show: 'all' },
      { verb: 'update', object: configMap('one'), query: { fieldManager: 'n' }, show: 'all' }
    ]
  },
  {
    name: 'managed fields that a client sends',
    steps: [
      {
        verb: 'create',
        object: configMap(
          'one',
          {},
          {
            managedFields: [
              { manager: 'x', operation: 'Update', apiVersion: 'v1', fieldsType: 'FieldsV1', fieldsV1: { 'f:data': { 'f:a': {} } } }
            ]
          }
        ),
        query: { fieldManager: 'm' },
        show: 'all'
      },
      {
        verb: 'create',
        object: configMap(
          'two',
          {},
          { managedFields: [{ manager: 'x', operation: 'Apply', apiVersion: 'v1', fieldsType: 'Nonsense', fieldsV1: {} }] }
        ),
        query: { fieldManager: 'm' }
      },
      {
        verb: 'create',
        object: configMap(
          'three',
          {},
          { managedFields: [{ manager: 'x', operation: 'Apply', apiVersion: 'v1', fieldsType: 'FieldsV1', fieldsV1: { nonsense: {} } }] }
        ),
        query: { fieldManager: 'm' }
      },
      {
        verb: 'create',
        object: configMap('four', {}, { managedFields: [{ manager: 'x', apiVersion: 'v1', fieldsType: 'FieldsV1', fieldsV1: {} }] }),
        query: { fieldManager: 'm' }
      },
      {
        verb: 'create',
        object: configMap(
          'five',
          {},
          { managedFields: [{ manager: '', operation: 'Update', apiVersion: 'v1', fieldsType: 'FieldsV1', fieldsV1: {} }] }
        ),
        query: { fieldManager: 'm' },
        show: 'all'
      },
      { verb: 'create', object: configMap('six', {}, { managedFields: [] }), query: { fieldManager: 'm' }, show: 'all' },
      { verb: 'create', object: configMap('seven', {}, { managedFields: [{}] }), query: { fieldManager: 'm' }, show: 'all' },
      { verb: 'update', object: configMap('one', { a: 'z' }, { managedFields: [] }), query: { fieldManager: 'n' }, show: 'all' },
      { verb: 'update', object: configMap('one', { a: 'y' }, { managedFields: [{}] }), query: { fieldManager: 'n' }, show: 'all' },
      {
        verb: 'update',
        object: configMap('one', { a: 'y' }, { managedFields: [{ manager: 'x', operation: 'Nonsense' }] }),
        query: { fieldManager: 'n' }
      }
    ]
  },
  {
    name: 'managed fields of kinds',
    pods: true,
    steps: [
      {
        verb: 'create',
        object: service('s', {
          ports: [
            { port: 80, name: 'a' },
            { port: 81, name: 'b', protocol: 'UDP' }
          ],
          selector: { a: 'b' }
        }),
        show: 'all'
      },
      {
        verb: 'create',
        object: template('t', {
          containers: [
            { name: 'c', image: 'x', env: [{ name: 'E', value: '1' }], ports: [{ containerPort: 80 }], resources: { limits: { cpu: '1' } } }
          ],
          volumes: [{ name: 'v', emptyDir: {} }],
          tolerations: [{ operator: 'Exists' }]
        }),
        show: 'all'
      },
      {
        verb: 'create',
        object: pod('p', {
          containers: [
            { name: 'c', image: 'x' },
            { name: 'd', image: 'y', volumeMounts: [{ name: 'v', mountPath: '/v' }] }
          ],
          volumes: [{ name: 'v', emptyDir: {} }]
        }),
        show: ['metadata.managedFields']
      },
      { verb: 'create', object: object('v1 Secret', 'x', { stringData: { a: 'b' }, data: { c: 'ZA==' } }), show: 'all' },
      {
        verb: 'create',
        object: object('networking.k8s.io/v1 Ingress', 'i', {
          spec: {
            rules: [
              {
                host: 'a.example',
                http: { paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name: 's', port: { number: 80 } } } }] }
              }
            ]
          }
        }),
        show: 'all'
      },
      {
        verb: 'create',
        object: object('discovery.k8s.io/v1 EndpointSlice', 'e', {
          addressType: 'IPv4',
          endpoints: [{ addresses: ['1.2.3.4'] }],
          ports: [{ port: 80 }]
        }),
        show: 'all'
      },
      {
        verb: 'create',
        object: object('v1 LimitRange', 'l', { spec: { limits: [{ type: 'Container', default: { cpu: '1' } }] } }),
        show: 'all'
      },
      {
        verb: 'create',
        object: object('rbac.authorization.k8s.io/v1 RoleBinding', 'b', {
          roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'view' },
          subjects: [{ kind: 'ServiceAccount', name: 'x' }]
        }),
        show: 'all'
      },
      {
        verb: 'create',
        object: object('autoscaling/v2 HorizontalPodAutoscaler', 'h', {
          spec: { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'x' }, maxReplicas: 3 }
        }),
        show: ['metadata.managedFields', 'spec']
      }
    ]
  },
  {
    name: 'more than ten updaters',
    steps: [
      { verb: 'create', object: configMap('one', {}), query: { fieldManager: 'm' }, silent: true },
      ...Array.from({ length: 12 }, (_, index): Step => ({
        verb: 'patch',
        of: MAP,
        patch: { data: { [`k${index}`]: 'v' } },
        query: { fieldManager: `m${String(index).padStart(2, '0')}` },
        silent: index < 11,
        show: 'all'
      }))
    ]
  },
  {
    name: 'queries that are odd',
    steps: [
      { verb: 'request', method: 'POST', path: `${MAPS}?fieldManager=a&fieldManager=b`, body: configMap('one'), show: 'all' },
      { verb: 'request', path: `${MAPS}/one?pretty=`, show: ['kind'] },
      { verb: 'request', path: `${MAPS}/one?x=%zz`, show: ['kind'] },
      { verb: 'request', path: `${MAPS}/one?a;b`, show: ['kind'] },
      { verb: 'request', path: `${MAPS}/one?resourceVersion=%00`, show: ['kind'] },
      { verb: 'request', path: `${MAPS}/one?&&&`, show: ['kind'] },
      { verb: 'request', path: `${MAPS}/%6fne`, show: ['metadata.name'] },
      { verb: 'request', path: `${MAPS}/o%2Fe`, show: ['metadata.name'] },
      { verb: 'request', path: `${MAPS}//one`, show: ['metadata.name'] },
      { verb: 'request', path: `${MAPS}/one%00`, show: ['metadata.name'] }
    ]
  },
  {
    name: 'writes answered with a place',
    steps: [
      { verb: 'create', object: configMap('one'), heads: ['content-type', 'location', 'cache-control', 'audit-id-none'] },
      { verb: 'get', of: MAP, heads: ['content-type', 'cache-control', 'etag', 'vary'] },
      { verb: 'get', of: 'v1 ConfigMap missing', heads: ['content-type', 'cache-control', 'x-content-type-options'] },
      { verb: 'request', path: '/nonsense', heads: ['content-type', 'cache-control', 'x-content-type-options'] }
    ]
  }
]
