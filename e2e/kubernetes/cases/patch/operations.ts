/** JSON patches, and bodies that are no patches. */
import type { Case, Step } from '../../recorded-case.ts'
import { MAP, map, each } from './builders.ts'

const json = (...patch: readonly unknown[]): Step => ({ verb: 'patch', of: MAP, type: 'json', patch })

const raw = (type: string, text: string): Step => ({ verb: 'patch', of: MAP, type, text })

const operations: Readonly<Record<string, readonly unknown[]>> = {
  add: [{ op: 'add', path: '/data/c', value: '3' }],
  'add over': [{ op: 'add', path: '/data/a', value: '3' }],
  'add below nothing': [{ op: 'add', path: '/nothing/c', value: '3' }],
  'add to a text': [{ op: 'add', path: '/data/a/x', value: '3' }],
  'add the whole': [{ op: 'add', path: '', value: {} }],
  'add without a value': [{ op: 'add', path: '/data/c' }],
  'add null': [{ op: 'add', path: '/data/c', value: null }],
  'add a number': [{ op: 'add', path: '/data/c', value: 5 }],
  'add to a list': [
    { op: 'add', path: '/metadata/finalizers', value: ['example.com/a'] },
    { op: 'add', path: '/metadata/finalizers/-', value: 'example.com/c' },
    { op: 'add', path: '/metadata/finalizers/1', value: 'example.com/b' },
    { op: 'remove', path: '/metadata/finalizers' }
  ],
  'add beyond a list': [
    { op: 'add', path: '/metadata/finalizers', value: ['example.com/a'] },
    { op: 'add', path: '/metadata/finalizers/5', value: 'example.com/c' }
  ],
  'add at a word in a list': [
    { op: 'add', path: '/metadata/finalizers', value: ['example.com/a'] },
    { op: 'add', path: '/metadata/finalizers/x', value: 'example.com/c' }
  ],
  'add at minus one': [
    { op: 'add', path: '/metadata/finalizers', value: ['example.com/a'] },
    { op: 'add', path: '/metadata/finalizers/-1', value: 'example.com/c' }
  ],
  remove: [{ op: 'remove', path: '/data/a' }],
  'remove nothing': [{ op: 'remove', path: '/data/missing' }],
  'remove below nothing': [{ op: 'remove', path: '/missing/a' }],
  'remove beyond a list': [
    { op: 'add', path: '/metadata/finalizers', value: ['example.com/a'] },
    { op: 'remove', path: '/metadata/finalizers/3' }
  ],
  'remove the end of a list': [
    { op: 'add', path: '/metadata/finalizers', value: ['example.com/a'] },
    { op: 'remove', path: '/metadata/finalizers/-' }
  ],
  'remove the whole': [{ op: 'remove', path: '' }],
  replace: [{ op: 'replace', path: '/data/a', value: '9' }],
  'replace nothing': [{ op: 'replace', path: '/data/missing', value: '9' }],
  'replace below nothing': [{ op: 'replace', path: '/missing/a', value: '9' }],
  'replace without a value': [{ op: 'replace', path: '/data/a' }],
  'replace beyond a list': [
    { op: 'add', path: '/metadata/finalizers', value: ['example.com/a'] },
    { op: 'replace', path: '/metadata/finalizers/3', value: 'x' }
  ],
  'replace the whole': [{ op: 'replace', path: '', value: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'one' } } }],
  move: [{ op: 'move', from: '/data/a', path: '/data/c' }],
  'move nothing': [{ op: 'move', from: '/data/missing', path: '/data/c' }],
  'move into itself': [{ op: 'move', from: '/data', path: '/data/c' }],
  'move without from': [{ op: 'move', path: '/data/c' }],
  copy: [{ op: 'copy', from: '/data/a', path: '/data/c' }],
  'copy nothing': [{ op: 'copy', from: '/data/missing', path: '/data/c' }],
  'copy below nothing': [{ op: 'copy', from: '/data/a', path: '/missing/c' }],
  'copy without from': [{ op: 'copy', path: '/data/c' }],
  test: [{ op: 'test', path: '/data/a', value: '1' }],
  'test that fails': [{ op: 'test', path: '/data/a', value: '2' }],
  'test of an object': [{ op: 'test', path: '/data', value: { b: '2', a: '1' } }],
  'test of an object that fails': [{ op: 'test', path: '/data', value: { a: '1' } }],
  'test of nothing': [{ op: 'test', path: '/data/missing', value: '2' }],
  'test of nothing against null': [{ op: 'test', path: '/data/missing', value: null }],
  'test below nothing': [{ op: 'test', path: '/missing/a', value: null }],
  'test without a value': [{ op: 'test', path: '/data/a' }],
  'test of the whole': [{ op: 'test', path: '', value: {} }],
  'test with another type': [{ op: 'test', path: '/data/a', value: 1 }],
  escapes: [
    { op: 'replace', path: '/metadata/annotations/a~1b', value: 'x' },
    { op: 'test', path: '/metadata/annotations/d~0e', value: null },
    { op: 'remove', path: '/metadata/annotations/a~1b' }
  ],
  'unknown op': [{ op: 'nonsense', path: '/data/a' }],
  'no op': [{ path: '/data/a', value: '1' }],
  'op a number': [{ op: 5, path: '/data/a' }],
  'no path': [{ op: 'add', value: '1' }],
  'path a number': [{ op: 'add', path: 5, value: '1' }],
  'path without a slash': [{ op: 'add', path: 'data/c', value: '1' }],
  'the empty key': [{ op: 'add', path: '/data/', value: '1' }],
  'nothing at all': [],
  'an operation that is no object': ['x'],
  'the second fails': [
    { op: 'replace', path: '/data/a', value: '9' },
    { op: 'remove', path: '/data/missing' }
  ],
  'unknown member of an operation': [{ op: 'add', path: '/data/c', value: '1', nonsense: true }]
}

export const jsonOperations: readonly Case[] = [
  ...Object.entries(operations).map(([name, patch]) => each(`json: ${name}`, [json(...patch)])),
  each('json: bodies that are none', [
    raw('json', '{}'),
    raw('json', '{"op":"add"}'),
    raw('json', '"x"'),
    raw('json', 'null'),
    raw('json', ''),
    raw('json', '['),
    raw('json', '[{]'),
    raw('json', 'nonsense'),
    raw('json', '[{"op":"add","path":"/data/c","value":"1"}] x')
  ]),
  each('merge: bodies that are none', [
    raw('merge', '[]'),
    raw('merge', '"x"'),
    raw('merge', 'null'),
    raw('merge', ''),
    raw('merge', '{'),
    raw('merge', '5'),
    raw('merge', 'nonsense'),
    raw('merge', '{"data":{"c":"1"}} x'),
    raw('merge', "{'a':1}")
  ]),
  each('strategic: bodies that are none', [
    raw('strategic', '[]'),
    raw('strategic', '"x"'),
    raw('strategic', 'null'),
    raw('strategic', ''),
    raw('strategic', '{'),
    raw('strategic', '5'),
    raw('strategic', 'nonsense')
  ]),
  {
    name: 'json: too many operations',
    steps: [map, { verb: 'patch', of: MAP, type: 'json', patch: { $many: [10_001, { op: 'test', path: '/data/a', value: '1' }] } }]
  },
  {
    name: 'json: as many operations as may be',
    steps: [map, { verb: 'patch', of: MAP, type: 'json', patch: { $many: [10_000, { op: 'test', path: '/data/a', value: '1' }] } }]
  },
  {
    name: 'json: copies that add up',
    steps: [
      map,
      {
        verb: 'patch',
        of: MAP,
        type: 'json',
        patch: [
          { op: 'add', path: '/data/c', value: { $repeat: ['x', 1_000_000] } },
          { op: 'copy', from: '/data/c', path: '/data/d' },
          { op: 'copy', from: '/data/c', path: '/data/e' },
          { op: 'copy', from: '/data/c', path: '/data/f' },
          { op: 'copy', from: '/data/c', path: '/data/g' }
        ]
      }
    ]
  }
]
