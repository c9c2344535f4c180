import { describe, expect, it } from '@jest/globals'
import * as fc from 'fast-check'
import { Registry } from '../registry/registry.ts'
import { copyJson, equalJson } from '../schema/json.ts'
import { applyJsonPatch } from './json-patch.ts'
import { applyMergePatch } from './merge-patch.ts'
import type { PatchResult } from './patch-result.ts'
import { applyStrategicMerge } from './strategic-merge.ts'

const objectOf = (result: PatchResult) => (result.kind === 'patched' ? result.object : `${result.code} ${result.message}`)
const UNFITTING = '422 the server rejected our request due to an error in our request'

describe('JSON patch', () => {
  const before = { data: { a: 'b', c: 'd' }, list: [1, 2, 3], 'x/y': { '~': 0 } }
  const rows: readonly [string, unknown, unknown][] = [
    [
      'test that holds, then replace',
      [
        { op: 'test', path: '/data/a', value: 'b' },
        { op: 'replace', path: '/data/a', value: 'z' }
      ],
      { ...before, data: { a: 'z', c: 'd' } }
    ],
    ['test of a missing path', [{ op: 'test', path: '/data/zz', value: 'x' }], UNFITTING],
    ['test of a missing path against null', [{ op: 'test', path: '/data/zz', value: null }], before],
    [
      'replace of a missing member, which the reference allows',
      [{ op: 'replace', path: '/data/zz', value: 'x' }],
      { ...before, data: { a: 'b', c: 'd', zz: 'x' } }
    ],
    ['move of a missing path', [{ op: 'move', from: '/data/zz', path: '/data/m' }], UNFITTING],
    ['move', [{ op: 'move', from: '/data/a', path: '/data/m' }], { ...before, data: { c: 'd', m: 'b' } }],
    ['copy', [{ op: 'copy', from: '/list', path: '/data/l' }], { ...before, data: { a: 'b', c: 'd', l: [1, 2, 3] } }],
    [
      'add at an index, at the end, from the end',
      [
        { op: 'add', path: '/list/1', value: 9 },
        { op: 'add', path: '/list/-', value: 8 },
        { op: 'remove', path: '/list/-1' }
      ],
      { ...before, list: [1, 9, 2, 3] }
    ],
    ['escapes', [{ op: 'replace', path: '/x~1y/~0', value: 1 }], { ...before, 'x/y': { '~': 1 } }],
    ['add past the end', [{ op: 'add', path: '/list/9', value: 9 }], UNFITTING],
    ['remove of a missing member', [{ op: 'remove', path: '/data/zz' }], UNFITTING],
    ['an inherited member', [{ op: 'remove', path: '/data/constructor' }], UNFITTING],
    ['an unknown operation', [{ op: 'shuffle', path: '/data' }], UNFITTING],
    [
      'an object for a list',
      { op: 'test' },
      '400 error decoding patch: json: cannot unmarshal object into Go value of type []handlers.jsonPatchOp'
    ]
  ]
  it.each(rows)('%s', (_, operations, after) => {
    const input = copyJson(before)
    expect(objectOf(applyJsonPatch(input, operations))).toEqual(after)
    expect(input).toEqual(before)
  })

  it('refuses more than 10,000 operations', () => {
    const result = applyJsonPatch(
      {},
      Array.from({ length: 10_001 }, () => ({ op: 'add', path: '/a', value: 1 }))
    )
    expect(result).toMatchObject({ code: 413, reason: 'RequestEntityTooLarge' })
  })
})

describe('merge patch', () => {
  it('removes by null, replaces lists, merges maps', () => {
    const before = { data: { a: 'b', c: 'd' }, list: [1], labels: { l: 'm' } }
    const patch = { data: { a: null, e: 'f' }, list: [{ x: null, y: 1 }], labels: null, fresh: { a: null, b: { c: null } } }
    expect(objectOf(applyMergePatch(before, patch))).toEqual({ data: { c: 'd', e: 'f' }, list: [{ y: 1 }], fresh: { b: {} } })
  })

  it('is no object: refused', () => {
    expect(applyMergePatch({}, [1])).toMatchObject({ kind: 'refused', code: 400, reason: 'BadRequest' })
  })

  it('keeps a member named __proto__ a member', () => {
    const result = objectOf(applyMergePatch({}, JSON.parse('{"__proto__":{"a":1}}'))) as object
    expect(JSON.stringify(result)).toBe('{"__proto__":{"a":1}}')
    expect(Object.getPrototypeOf(result)).toBe(Object.prototype)
  })
})

const registry = Registry.load()
const deployment = registry.byKind('apps', 'v1', 'Deployment')!.schema
const node = registry.byKind('', 'v1', 'ConfigMap')!.schema
const withPod = (spec: unknown) => ({ spec: { template: { spec } } })
const podOf = (result: PatchResult) =>
  result.kind === 'patched'
    ? (result.object as { spec: { template: { spec: unknown } } }).spec.template.spec
    : `${result.code} ${result.message}`

describe('strategic merge patch', () => {
  const rows: readonly [string, unknown, unknown, unknown][] = [
    [
      'merges containers by name and env inside of them',
      {
        containers: [
          { name: 'c', image: 'i:1', env: [{ name: 'A', value: '1' }] },
          { name: 'e', image: 'i:2' }
        ]
      },
      {
        containers: [
          { name: 'e', image: 'i:3' },
          { name: 'c', env: [{ name: 'B', value: '2' }] }
        ]
      },
      {
        containers: [
          { name: 'e', image: 'i:3' },
          {
            name: 'c',
            image: 'i:1',
            env: [
              { name: 'B', value: '2' },
              { name: 'A', value: '1' }
            ]
          }
        ]
      }
    ],
    [
      'deletes an item by directive',
      { containers: [{ name: 'c' }, { name: 'e' }] },
      { containers: [{ name: 'c', $patch: 'delete' }] },
      { containers: [{ name: 'e' }] }
    ],
    [
      'replaces a list by directive',
      { containers: [{ name: 'c' }, { name: 'e' }] },
      { containers: [{ $patch: 'replace' }, { name: 'n', image: 'i:5' }] },
      { containers: [{ name: 'n', image: 'i:5' }] }
    ],
    [
      'orders by $setElementOrder, with server-only items in between',
      { containers: [{ name: 'a' }, { name: 'server' }, { name: 'b' }] },
      { '$setElementOrder/containers': [{ name: 'b' }, { name: 'new' }, { name: 'a' }], containers: [{ name: 'new', image: 'x' }] },
      { containers: [{ name: 'server' }, { name: 'b' }, { name: 'new', image: 'x' }, { name: 'a' }] }
    ],
    [
      'retains only the keys named: a volume changes its source',
      { volumes: [{ name: 'v', emptyDir: {} }] },
      { volumes: [{ name: 'v', $retainKeys: ['name', 'configMap'], configMap: { name: 'm' } }] },
      { volumes: [{ name: 'v', configMap: { name: 'm' } }] }
    ],
    [
      'retainKeys that leaves out a patched key',
      { volumes: [{ name: 'v' }] },
      { volumes: [{ name: 'v', $retainKeys: ['name'], emptyDir: {} }] },
      '400 invalid patch format of retainKeys'
    ],
    ['replaces atomic lists', { tolerations: [{ key: 'a' }] }, { tolerations: [{ key: 'b' }] }, { tolerations: [{ key: 'b' }] }],
    ['null removes', { nodeName: 'n', nodeSelector: { a: 'b' } }, { nodeName: null, nodeSelector: { a: null } }, { nodeSelector: {} }],
    [
      '$patch: replace of a map',
      { nodeSelector: { a: 'b' } },
      { nodeSelector: { $patch: 'replace', c: 'd' } },
      { nodeSelector: { c: 'd' } }
    ],
    [
      'an item without its merge key',
      { containers: [{ name: 'c' }] },
      { containers: [{ image: 'x' }] },
      '500 map: map[image:x] does not contain declared merge key: name'
    ],
    [
      'an unknown directive',
      { nodeSelector: {} },
      { nodeSelector: { $patch: 'shuffle' } },
      '500 unknown patch type: shuffle in map: map[$patch:shuffle]'
    ],
    [
      'a fresh list loses directives and nulls',
      {},
      { containers: [{ name: 'c', image: null, $retainKeys: ['name'] }] },
      { containers: [{ name: 'c' }] }
    ]
  ]
  it.each(rows)('%s', (_, before, patch, after) => {
    const input = withPod(before)
    expect(podOf(applyStrategicMerge(deployment, input, withPod(patch)))).toEqual(after)
    expect(input).toEqual(withPod(before))
  })

  it('merges and deletes finalizers, a list of values', () => {
    const before = { metadata: { finalizers: ['a', 'b'] } }
    expect(objectOf(applyStrategicMerge(node, before, { metadata: { finalizers: ['c', 'c'] } }))).toEqual({
      metadata: { finalizers: ['c', 'a', 'b'] }
    })
    const patch = {
      metadata: { '$deleteFromPrimitiveList/finalizers': ['a'], '$setElementOrder/finalizers': ['c', 'b'], finalizers: ['c'] }
    }
    expect(objectOf(applyStrategicMerge(node, before, patch))).toEqual({ metadata: { finalizers: ['c', 'b'] } })
  })
})

describe('properties', () => {
  it('no patch of any shape throws or changes its input', () => {
    const pods = fc.record(
      { containers: fc.array(fc.record({ name: fc.constantFrom('a', 'b'), env: fc.jsonValue() })), volumes: fc.jsonValue() },
      { requiredKeys: [] }
    )
    const keys = fc.constantFrom(
      'name',
      '$patch',
      '$retainKeys',
      '$setElementOrder/containers',
      'containers',
      '$deleteFromPrimitiveList/containers',
      'volumes'
    )
    const patches = fc.letrec<{ node: unknown }>((tie) => ({
      node: fc.oneof(
        { depthSize: 'small' },
        fc.constantFrom('replace', 'delete', 'a', null, 1),
        fc.array(tie('node')),
        fc.dictionary(keys, tie('node'))
      )
    })).node
    fc.assert(
      fc.property(pods, patches, (pod, patch) => {
        const object = withPod(pod)
        const before = copyJson(object)
        applyStrategicMerge(deployment, object, withPod(patch))
        applyMergePatch(object, patch)
        applyJsonPatch(object, patch)
        expect(equalJson(object, before)).toBe(true)
      }),
      { numRuns: 500 }
    )
  })

  it('merging what an object already says changes nothing', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.string()), (data) =>
        expect(objectOf(applyMergePatch({ data }, { data }))).toEqual({ data })
      )
    )
  })
})
