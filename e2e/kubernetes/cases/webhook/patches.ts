/** What mutating webhooks change, and in which order they are asked. */
import type { Case, Step } from '../../recorded-case.ts'
import { configMap, pod } from '../builders.ts'
import { rule, webhook, webhooks } from '../webhook-builders.ts'
import { type Json, denied, add, create, asked } from './builders.ts'

const patched = (...patch: readonly Json[]) => ({ response: { patch } })

const mutating = (name: string, behaviour: Parameters<typeof webhook>[1], rest: Json, ...steps: Step[]): Case => ({
  name,
  steps: [...webhooks('Mutating', [webhook('change', behaviour, rest)]), ...steps]
})

export const patches: readonly Case[] = [
  mutating('patch adds', patched(add('x', 'y')), {}, create(), { verb: 'get', of: 'v1 ConfigMap one', show: 'all' }),
  mutating('patch of labels and a missing map', patched({ op: 'add', path: '/metadata/labels', value: { a: 'b' } }), {}, create()),
  mutating('patch that tests in vain', patched({ op: 'test', path: '/data/a', value: 'nope' }), {}, create()),
  mutating('patch of a missing path', patched({ op: 'replace', path: '/data/nope', value: 'x' }), {}, create()),
  mutating('patch removes a missing path', patched({ op: 'remove', path: '/data/nope' }), {}, create()),
  mutating('patch to a wrong type', patched({ op: 'replace', path: '/data', value: 'text' }), {}, create()),
  mutating('patch adds an unknown field', patched({ op: 'add', path: '/nonsense', value: 1 }), {}, create()),
  mutating('patch makes it invalid', patched(add('bad key', 'x')), {}, create()),
  mutating('patch of the name', patched({ op: 'replace', path: '/metadata/name', value: 'two' }), {}, create()),
  mutating('patch of the namespace', patched({ op: 'replace', path: '/metadata/namespace', value: 'default' }), {}, create()),
  mutating(
    'patch sets the name of a generated one',
    patched({ op: 'add', path: '/metadata/name', value: 'chosen' }),
    {},
    {
      verb: 'create',
      object: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { generateName: 'made-' } },
      show: ['metadata.name', 'metadata.generateName']
    }
  ),
  mutating('patch that is no list', { response: { patch: 'e30=' } }, {}, create()),
  mutating('patch that is no base64', { response: { patch: '%%%' } }, {}, create()),
  mutating('patch without a type', { response: { patchType: null, patch: [add('x', 'y')] } }, {}, create()),
  mutating('patch of another type', { response: { patchType: 'Merge', patch: [add('x', 'y')] } }, {}, create()),
  mutating('type without a patch', { response: { patchType: 'JSONPatch' } }, {}, create()),
  mutating('an empty patch', patched(), {}, create()),
  mutating('patch and a broken answer, ignored', { text: '{}' }, { failurePolicy: 'Ignore' }, create()),
  mutating('bad patch, ignored', patched({ op: 'remove', path: '/data/nope' }), { failurePolicy: 'Ignore' }, create()),
  mutating('denied by a mutating one', denied({ message: 'changed my mind', code: 409 }), {}, create()),
  mutating(
    'patch in dry run',
    patched(add('x', 'y')),
    {},
    { verb: 'create', object: configMap('one'), query: { dryRun: 'All' } },
    { verb: 'get', of: 'v1 ConfigMap one', show: 'verdict' }
  ),
  mutating('patch on update, managed fields', patched(add('x', 'y')), { rules: [rule('UPDATE', 'v1/configmaps')] }, create(), {
    verb: 'apply',
    object: configMap('one', { b: 'c' }),
    show: 'all'
  }),
  mutating(
    'patch undone on apply twice',
    patched(add('x', 'y')),
    {},
    { verb: 'apply', object: configMap('one'), show: 'all' },
    { verb: 'apply', object: configMap('one'), show: 'all' }
  ),
  mutating(
    'patch of a pod is defaulted',
    patched({ op: 'add', path: '/spec/containers/-', value: { name: 'side', image: 'side:latest' } }),
    { rules: [rule('CREATE', 'v1/pods')] },
    { verb: 'create', object: pod('p'), show: ['spec.containers.1'] }
  ),

  {
    name: 'mutating ones run by name and place',
    steps: [
      ...webhooks(
        'Mutating',
        [
          webhook('one', patched(add('seen', '1'))),
          webhook('two', patched({ op: 'test', path: '/data/seen', value: '1' }, add('seen', '2')))
        ],
        'a'
      ),
      ...webhooks('Mutating', [webhook('three', patched({ op: 'test', path: '/data/seen', value: '2' }, add('seen', '3')))], 'b'),
      create(),
      asked('three', 'object.data')
    ]
  },
  {
    name: 'asked again when somebody changed it after',
    steps: [
      ...webhooks('Mutating', [
        webhook(
          'one',
          { ...patched({ op: 'add', path: '/metadata/annotations', value: { one: 'x' } }), unlessAnnotated: 'one' },
          { reinvocationPolicy: 'IfNeeded' }
        ),
        webhook('two', patched(add('x', 'y'))),
        webhook('three', {}, { reinvocationPolicy: 'IfNeeded' })
      ]),
      create(),
      asked('one', 'object.data'),
      asked('two', 'object.data'),
      asked('three', 'object.data')
    ]
  },
  {
    name: 'not asked again when nobody changed it',
    steps: [
      ...webhooks('Mutating', [webhook('one', patched(add('x', 'y')), { reinvocationPolicy: 'IfNeeded' }), webhook('two', {})]),
      create(),
      asked('one', 'object.data'),
      asked('two', 'object.data')
    ]
  },
  {
    name: 'validating ones see what mutating ones made',
    steps: [
      ...webhooks('Mutating', [webhook('change', patched(add('x', 'y')))]),
      ...webhooks('Validating', [webhook('check')]),
      create(),
      asked('check', 'object.data', 'object.metadata.managedFields')
    ]
  },
  {
    name: 'an object that fails its own rules is asked of mutating ones alone',
    steps: [
      ...webhooks('Mutating', [webhook('change')]),
      ...webhooks('Validating', [webhook('check')]),
      create('one', { 'bad key': 'x' }),
      asked('change', 'object.data'),
      asked('check', 'object.data')
    ]
  }
]
