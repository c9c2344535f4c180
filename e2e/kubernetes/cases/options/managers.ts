/** Managers and their fields. */
import type { Case, Step } from '../../recorded-case.ts'
import { configMap, object, pod, service, template } from '../builders.ts'
import { MAP } from './builders.ts'

export const managers: readonly Case[] = [
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
  }
]
