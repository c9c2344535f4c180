/** Bodies, names and namespaces of what is created. */
import type { Case, Step } from '../../recorded-case.ts'
import { configMap, object } from '../builders.ts'
import { MAPS, made } from './builders.ts'

/** POSTs of bodies that no client library would send. */
const bodies: Readonly<Record<string, Partial<Step>>> = {
  'cut off': { body: '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"one"' },
  'cut off in a word': { body: '{"apiVersion":"v1","kind":"Conf' },
  'no json': { body: 'nonsense' },
  'trailing comma': { body: '{"apiVersion":"v1","kind":"ConfigMap",}' },
  'single quotes': { body: "{'apiVersion':'v1'}" },
  'something behind the object': { body: '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"one"}} x' },
  'a text': { body: '"text"' },
  'a number': { body: '5' },
  'an empty object': { body: '{}' },
  'kind a number': { body: '{"apiVersion":"v1","kind":5,"metadata":{"name":"one"}}' },
  'metadata a list': { body: '{"apiVersion":"v1","kind":"ConfigMap","metadata":[]}' },
  'metadata a text': { body: '{"apiVersion":"v1","kind":"ConfigMap","metadata":"x"}' },
  'name a number': { body: '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":5}}' },
  'data a list': { body: '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"one"},"data":["a"]}' },
  'data of a number': { body: '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"one"},"data":{"a":5}}' },
  'data of an object': { body: '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"one"},"data":{"a":{}}}' },
  'data of null': { body: '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"one"},"data":{"a":null}}' },
  'labels a list': { body: '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"one","labels":[]}}' },
  'a label that is true': { body: '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"one","labels":{"a":true}}}' },
  'immutable a text': { body: '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"one"},"immutable":"yes"}' },
  'a time that is none': { body: '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"one","creationTimestamp":"yesterday"}}' },
  'another kind': { body: '{"apiVersion":"v1","kind":"Secret","metadata":{"name":"one"}}' },
  'another group': { body: '{"apiVersion":"apps/v1","kind":"ConfigMap","metadata":{"name":"one"}}' },
  'another version': { body: '{"apiVersion":"v2","kind":"ConfigMap","metadata":{"name":"one"}}' },
  'a version with two slashes': { body: '{"apiVersion":"a/b/c","kind":"ConfigMap","metadata":{"name":"one"}}' },
  'no kind': { body: '{"apiVersion":"v1","metadata":{"name":"one"}}' },
  'no apiVersion': { body: '{"kind":"ConfigMap","metadata":{"name":"one"}}' },
  'yaml of two documents': { type: 'application/yaml', body: 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: one}\n---\na: b\n' },
  'yaml with a tab': { type: 'application/yaml', body: 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n\tname: one\n' },
  'yaml of a list': { type: 'application/yaml', body: '- a\n- b\n' },
  'yaml empty': { type: 'application/yaml', body: '' },
  'yaml of a text': { type: 'application/yaml', body: 'hello' },
  'yaml of numbers': { type: 'application/yaml', body: 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: one}\ndata: {a: 1}\n' },
  'yaml of words that are true': {
    type: 'application/yaml',
    body: 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: one}\ndata: {a: yes}\n'
  },
  'yaml with an anchor': {
    type: 'application/yaml',
    body: 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: one}\ndata:\n  a: &x hello\n  b: *x\n'
  },
  'json as yaml': { type: 'application/yaml', body: '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"one"},"data":{"a":"b"}}' },
  'no content type': { headers: { 'content-type': '' }, body: '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"one"}}' },
  'text as content type': { type: 'text/plain', body: '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"one"}}' },
  'a merge patch': { type: 'application/merge-patch+json', body: '{}' },
  'content type in capitals': { type: 'Application/JSON', body: '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"one"}}' },
  'content type nonsense': { type: ';;', body: '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"one"}}' },
  'protobuf that is none': { type: 'application/vnd.kubernetes.protobuf', body: 'nonsense' }
}

const names = ['A', 'a_b', 'a..b', '.a', 'a b', 'ä', 'a/b', 'a%b', '..', `${'a'.repeat(254)}`]

export const creations: readonly Case[] = [
  {
    name: 'a created object is read back',
    steps: [
      { verb: 'create', object: configMap('one') },
      { verb: 'get', of: 'v1 ConfigMap one', show: 'all' }
    ]
  },
  ...Object.entries(bodies).map(([name, step]): Case => ({
    name: `body: ${name}`,
    steps: [{ verb: 'request', method: 'POST', path: MAPS, ...step }]
  })),
  ...['cut off', 'a text', 'kind a number', 'data a list', 'another kind', 'no kind', 'yaml with a tab'].map((name): Case => ({
    name: `put of body: ${name}`,
    steps: [...made(configMap('one')), { verb: 'request', method: 'PUT', path: `${MAPS}/one`, ...bodies[name] }]
  })),
  ...names.map((name): Case => ({ name: `name ${name.slice(0, 8)}`, steps: [{ verb: 'create', object: configMap(name) }] })),
  {
    name: 'two names that are wrong',
    steps: [{ verb: 'create', object: configMap('-', {}, { labels: { 'a/b/c': 'x y' }, finalizers: ['x y'] }) }]
  },
  {
    name: 'a namespace that is missing',
    steps: [{ verb: 'create', path: '/api/v1/namespaces/missing-$NS/configmaps', object: configMap('one') }]
  },
  {
    name: 'a namespace that is missing, dry',
    steps: [{ verb: 'create', path: '/api/v1/namespaces/missing-$NS/configmaps', object: configMap('one'), query: { dryRun: 'All' } }]
  },
  { name: 'another namespace in the body', steps: [{ verb: 'create', object: configMap('one', {}, { namespace: 'other' }) }] },
  {
    name: 'a namespace in a cluster-scoped body',
    steps: [{ verb: 'create', object: object('v1 Namespace', 'x-$NS', {}, { namespace: 'other' }) }]
  }
]
