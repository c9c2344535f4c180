/** Fields that nobody knows, or twice. */
import type { Case, Step } from '../../recorded-case.ts'
import { configMap, deployment } from '../builders.ts'
import { MAPS } from './builders.ts'

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

export const validation: readonly Case[] = [
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
  }
]
