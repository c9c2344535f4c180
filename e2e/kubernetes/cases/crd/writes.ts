/** Writes of custom resources. */
import type { Case } from '../../recorded-case.ts'
import { aThing, GROUP, thing, V1 } from '../definition-builders.ts'
import { text, whole, custom, create } from './builders.ts'

export const writes: readonly Case[] = [
  custom(
    'apply: list map items by their owners',
    {
      l: {
        type: 'array',
        items: { type: 'object', required: ['k'], properties: { k: text, v: text } },
        'x-kubernetes-list-type': 'map',
        'x-kubernetes-list-map-keys': ['k']
      },
      s: { type: 'array', items: text, 'x-kubernetes-list-type': 'set' },
      m: { type: 'object', additionalProperties: text, 'x-kubernetes-map-type': 'atomic' }
    },
    { verb: 'apply', object: thing('one', { l: [{ k: 'a', v: '1' }], s: ['x'], m: { a: 'b' } }), show: 'all' },
    { verb: 'apply', object: thing('one', { l: [{ k: 'b', v: '2' }], s: ['y'] }), query: { fieldManager: 'other' }, show: 'all' },
    { verb: 'apply', object: thing('one', { l: [{ k: 'a', v: '3' }], m: { c: 'd' } }), query: { fieldManager: 'third' } },
    { verb: 'apply', object: thing('one', { l: [] }), show: 'all' },
    { verb: 'apply', object: thing('one', { l: [{ k: 'z' }, { k: 'z' }] }) },
    { verb: 'apply', object: thing('one', { l: [{ v: 'z' }] }) }
  ),
  custom(
    'strategic merge is refused',
    { a: text },
    { ...create({ a: 'x' }), silent: true },
    { verb: 'patch', of: aThing('one'), type: 'strategic', patch: { spec: { a: 'y' } } }
  ),
  custom(
    'json patch and merge patch errors',
    { a: whole },
    { ...create({ a: 1 }), silent: true },
    { verb: 'patch', of: aThing('one'), type: 'json', patch: [{ op: 'replace', path: '/spec/a', value: 'x' }] },
    { verb: 'patch', of: aThing('one'), type: 'json', patch: [{ op: 'add', path: '/spec/b/c', value: 'x' }] },
    { verb: 'patch', of: aThing('one'), patch: { spec: { nope: 1 } }, query: { fieldValidation: 'Strict' } },

    { verb: 'patch', of: aThing('one'), patch: { kind: 'Other' } }
  ),
  custom(
    'generation and empty changes',
    { a: whole },
    { ...create({ a: 1 }), show: ['metadata.generation'] },
    { verb: 'patch', of: aThing('one'), patch: { spec: { a: 1 } }, show: ['metadata.generation'] },
    { verb: 'patch', of: aThing('one'), patch: { spec: { a: 2 } }, show: ['metadata.generation'] },
    { verb: 'patch', of: aThing('one'), patch: { metadata: { annotations: { a: 'b' } } }, show: ['metadata.generation'] }
  ),
  custom(
    'metadata of custom objects',
    { a: whole },
    create({}, {}, 'one', { labels: { 'a b': 'c' }, annotations: { 'x y': 'z' }, finalizers: ['bad'] }),
    create({}, {}, 'Bad_Name'),
    create({}, {}, 'two', { labels: { a: 1 } }),
    create({}, {}, 'three', { ownerReferences: [{ apiVersion: 'v1', kind: 'Pod', name: 'x' }] })
  ),
  custom(
    'wrong kind and version in the body',
    { a: whole },
    { verb: 'request', method: 'POST', path: `/apis/${V1}/namespaces/$NS/things`, body: { ...thing('one'), kind: 'Other' } },
    { verb: 'request', method: 'POST', path: `/apis/${V1}/namespaces/$NS/things`, body: { ...thing('one'), apiVersion: `${GROUP}/v2` } },
    { verb: 'request', method: 'POST', path: `/apis/${V1}/namespaces/$NS/things`, body: { metadata: { name: 'x' } } },
    { verb: 'request', method: 'POST', path: `/apis/${V1}/namespaces/$NS/things`, body: { ...thing('one'), apiVersion: '' } }
  )
]
