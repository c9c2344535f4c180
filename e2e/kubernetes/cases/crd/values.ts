/** What values of custom resources are refused for. */
import type { Case, Step } from '../../recorded-case.ts'
import { thing, V1 } from '../definition-builders.ts'
import { type Json, text, whole, custom, rooted, create } from './builders.ts'

/** Values that a property refuses, all at once. */
const values = (name: string, schema: Json, ...list: unknown[]): Case =>
  custom(`value: ${name}`, { it: schema }, ...list.map((it, index): Step => ({ ...create({ it }, {}, `v${index}`), show: ['spec'] })))

export const refusedValues: readonly Case[] = [
  values('string', { type: 'string', minLength: 2, maxLength: 3, pattern: '^a' }, 'ab', 'b', 'bbbb', 1, null, ['a'], {}),
  values('enum', { type: 'string', enum: ['a', 'b'] }, 'a', 'c', ''),
  values('enum of numbers', { type: 'integer', enum: [1, 2] }, 1, 3),
  values('integer', { type: 'integer', minimum: 2, maximum: 4, multipleOf: 2 }, 4, 3, 1, 5, 2.5, '2', true),
  values('exclusive bounds', { type: 'number', minimum: 1, exclusiveMinimum: true, maximum: 2, exclusiveMaximum: true }, 1.5, 1, 2),
  values('number', { type: 'number', multipleOf: 0.5 }, 1, 0.7, 'x'),
  values('int32 and int64', { type: 'integer', format: 'int32' }, 2147483647, 2147483648, -2147483649),
  values('boolean', { type: 'boolean' }, true, 'true', 0),
  values('array', { type: 'array', items: whole, minItems: 1, maxItems: 2 }, [1], [], [1, 2, 3], ['x', 1], {}, 'x'),
  values('set', { type: 'array', items: text, 'x-kubernetes-list-type': 'set' }, ['a', 'b'], ['a', 'b', 'a', 'b']),
  values(
    'map list',
    {
      type: 'array',
      items: { type: 'object', required: ['k'], properties: { k: text, p: { type: 'integer', default: 1 }, v: text } },
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['k', 'p']
    },
    [{ k: 'a' }, { k: 'a', p: 2 }],
    [{ k: 'a' }, { k: 'a', p: 1 }],
    [{ v: 'x' }]
  ),
  values(
    'object',
    { type: 'object', properties: { a: text, b: whole }, required: ['a', 'b'], minProperties: 2, maxProperties: 2 },
    { a: 'x', b: 1 },
    {},
    { a: 1 },
    'x',
    ['x']
  ),
  values(
    'map',
    { type: 'object', additionalProperties: { type: 'integer', maximum: 3 }, maxProperties: 1 },
    { a: 1 },
    { a: 4 },
    { a: 'x', b: 1 }
  ),
  values('int or string', { 'x-kubernetes-int-or-string': true, pattern: '^[0-9]+%$' }, 1, '50%', 'x', true, 1.5),
  values(
    'nullable',
    { type: 'object', nullable: true, properties: { a: { type: 'string', nullable: true }, b: text } },
    null,
    { a: null },
    { b: null }
  ),
  values('all of', { type: 'integer', allOf: [{ minimum: 2 }, { maximum: 4 }] }, 3, 1, 5),
  values('any of', { type: 'integer', anyOf: [{ minimum: 5 }, { maximum: 1 }] }, 0, 3),
  values('one of', { type: 'integer', oneOf: [{ minimum: 2 }, { maximum: 4 }] }, 1, 3),
  values('not', { type: 'string', not: { enum: ['x'] } }, 'y', 'x'),
  values(
    'one of required',
    { type: 'object', properties: { a: text, b: text }, oneOf: [{ required: ['a'] }, { required: ['b'] }] },
    { a: 'x' },
    {},
    { a: 'x', b: 'x' }
  ),
  ...[
    'date',
    'date-time',
    'email',
    'hostname',
    'ipv4',
    'ipv6',
    'cidr',
    'mac',
    'uri',
    'uuid',
    'uuid4',
    'byte',
    'duration',
    'isbn',
    'creditcard',
    'hexcolor',
    'rgbcolor',
    'password',
    'datetime',
    'bsonobjectid',
    'k8s-short-name',
    'k8s-long-name'
  ].map((format) =>
    values(
      `format ${format}`,
      { type: 'string', format },
      'x y',
      '2024-02-30',
      '2024-02-28T10:00:00Z',
      'a@b.example',
      'a.example',
      '10.0.0.1',
      '::1',
      '10.0.0.0/8',
      '00:00:5e:00:53:01',
      'https://a/b',
      '123e4567-e89b-42d3-a456-426614174000',
      'YWJj',
      '3h5m',
      '#fff',
      'rgb(1,2,3)'
    )
  ),
  custom(
    'values: spec of another type',
    { a: whole },
    { verb: 'create', object: { ...thing('one'), spec: 'text' } as ReturnType<typeof thing> },
    { verb: 'create', object: { ...thing('one'), spec: null } as unknown as ReturnType<typeof thing> }
  ),
  rooted(
    'values: required at the root',
    { type: 'object', required: ['spec'], properties: { spec: { type: 'object', required: ['it'], properties: { it: text } } } },
    {},
    { verb: 'create', object: { apiVersion: V1, kind: 'Thing', metadata: { name: 'one' } } },
    create({})
  ),
  rooted(
    'values: name by the schema',
    {
      type: 'object',
      properties: { metadata: { type: 'object', properties: { name: { type: 'string', maxLength: 3, pattern: '^[a-z]*$' } } } }
    },
    {},
    create({}, {}, 'toolong1'),
    { ...create({}, {}, 'abc'), show: 'verdict' }
  )
]
