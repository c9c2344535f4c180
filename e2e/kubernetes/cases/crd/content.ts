/** What is pruned and defaulted. */
import type { Case, Step } from '../../recorded-case.ts'
import { thing, V1 } from '../definition-builders.ts'
import { text, custom, create } from './builders.ts'

const strict = (step: Step): Step => ({ ...step, query: { fieldValidation: 'Strict' } })

export const content: readonly Case[] = [
  custom(
    'pruning',
    {
      a: text,
      o: { type: 'object', properties: { b: text } },
      l: { type: 'array', items: { type: 'object', properties: { c: text } } },
      m: { type: 'object', additionalProperties: { type: 'object', properties: { d: text } } },
      p: { type: 'object', properties: { e: { type: 'object', properties: { f: text } } }, 'x-kubernetes-preserve-unknown-fields': true }
    },
    create(
      { a: 'x', z: 1, o: { b: 'x', z: 1 }, l: [{ c: 'x', z: 1 }], m: { k: { d: 'x', z: 1 } }, p: { z: 1, e: { f: 'x', z: 1 } } },
      { extra: true }
    ),
    strict(create({ z: 1, o: { z: 1 }, l: [{ z: 1 }] }, { extra: true }, 'two')),
    { ...create({ z: 1 }, {}, 'three'), query: { fieldValidation: 'Ignore' } },
    { ...create({ z: 1 }, {}, 'four', { nonsense: 'x' }), query: { fieldValidation: 'Warn' } }
  ),
  custom(
    'pruning: empty object schema',
    { o: { type: 'object' }, n: { type: 'object', properties: {} } },
    create({ o: { a: 1 }, n: { b: 2 } })
  ),
  custom(
    'embedded resources',
    { e: { type: 'object', 'x-kubernetes-embedded-resource': true, properties: { spec: { type: 'object', properties: { a: text } } } } },
    create({
      e: { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'x', nonsense: 1, labels: { a: 'b' } }, spec: { a: 'x', z: 1 }, extra: 1 }
    }),
    create({ e: { kind: 'Pod' } }, {}, 'two'),
    create({ e: { apiVersion: 'a/b/c', kind: 'Pod' } }, {}, 'three')
  ),
  custom(
    'defaults',
    {
      a: { type: 'string', default: 'A' },
      o: {
        type: 'object',
        default: {},
        properties: { b: { type: 'integer', default: 0 }, c: { type: 'array', items: text, default: [] } }
      },
      n: { type: 'string', nullable: true, default: 'N' },
      x: { type: 'object', properties: { y: { type: 'string', default: 'Y' } } },
      l: { type: 'array', items: { type: 'object', properties: { z: { type: 'boolean', default: false } } } },
      m: { type: 'object', additionalProperties: { type: 'object', properties: { q: { type: 'string', default: 'Q' } } } }
    },
    create({}),
    create({ a: null, n: null, x: {}, l: [{}, { z: true }], m: { k: {} } }, {}, 'two'),
    { verb: 'create', object: { apiVersion: V1, kind: 'Thing', metadata: { name: 'three' } } }
  ),
  custom(
    'defaults are nobody’s in managed fields',
    { a: { type: 'string', default: 'A' }, b: text },
    { verb: 'apply', object: thing('one', { b: 'x' }), show: 'all' },
    { verb: 'apply', object: thing('one', { b: 'x', a: 'mine' }), query: { fieldManager: 'other' }, show: 'all' }
  ),
  custom(
    'null in a map and a list',
    {
      m: { type: 'object', additionalProperties: { type: 'string', nullable: true } },
      l: { type: 'array', items: { type: 'string', nullable: true } },
      p: text
    },
    create({ m: { a: null }, l: [null, 'x'], p: null })
  )
]
