/** Who owns what, and conflicts. */
import type { Case } from '../../recorded-case.ts'
import { configMap, networkPolicy, object } from '../builders.ts'
import { MAP, as, forced, map, text, updated } from './builders.ts'

export const managers: readonly Case[] = [
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
  }
]
