/** Schemas that are refused. */
import type { Case } from '../../recorded-case.ts'
import { definition, specSchema, version } from '../definition-builders.ts'
import { type Json, text, open, refusedDefinition } from './builders.ts'

const refusedSchema = (name: string, schema: Json): Case => refusedDefinition(name, definition([version(schema)]))

const property = (name: string, schema: Json): Case => refusedSchema(name, specSchema({ it: schema }))

export const schemas: readonly Case[] = [
  refusedDefinition('no schema', definition([version(undefined)])),
  refusedSchema('root without a type', {}),
  refusedSchema('root of another type', { type: 'array', items: text }),
  refusedSchema('root metadata with more than names', {
    type: 'object',
    properties: { metadata: { type: 'object', properties: { labels: { type: 'object' } } } }
  }),
  refusedSchema('root nullable and default', { type: 'object', nullable: true, default: {} }),
  refusedSchema('no type', specSchema({ it: {} })),
  property('type nonsense', { type: 'text' }),
  property('type null', { type: 'null' }),
  property('array without items', { type: 'array' }),
  property('array with a list of items', { type: 'array', items: [text] }),
  property('properties and additionalProperties', { type: 'object', properties: { a: text }, additionalProperties: text }),
  property('additionalProperties false', { type: 'object', additionalProperties: false }),
  property('unique items', { type: 'array', items: text, uniqueItems: true }),
  property('bad pattern', { type: 'string', pattern: '(' }),
  property('pattern of lookahead', { type: 'string', pattern: '(?=a)' }),
  property('ref', { $ref: '#/definitions/x' }),
  property('definitions', {
    type: 'object',
    definitions: { a: text },
    dependencies: { a: ['b'] },
    patternProperties: { a: text },
    id: 'x'
  }),
  property('unknown format', { type: 'string', format: 'nonsense' }),
  property('unknown keyword', { type: 'string', nonsense: 1 }),
  property('negative lengths', { type: 'string', minLength: -1, maxLength: -2 }),
  property('enum of other types', { type: 'string', enum: ['a', 1, { x: 'y' }] }),
  property('enum empty', { type: 'string', enum: [] }),
  property('junctors with structure', {
    type: 'object',
    properties: { a: text },
    allOf: [
      {
        type: 'object',
        description: 'x',
        properties: { a: { type: 'string', default: 'x' }, b: text },
        additionalProperties: text,
        nullable: true,
        'x-kubernetes-preserve-unknown-fields': true
      }
    ]
  }),
  property('junctors of properties that are not there', {
    type: 'object',
    properties: { a: text },
    anyOf: [{ required: ['b'] }, { properties: { c: { minLength: 1 } } }],
    not: { properties: { d: {} } }
  }),
  property('int or string', { 'x-kubernetes-int-or-string': true }),
  property('int or string with a type', { type: 'string', 'x-kubernetes-int-or-string': true }),
  property('int or string with anyOf', {
    'x-kubernetes-int-or-string': true,
    anyOf: [{ type: 'integer' }, { type: 'string' }],
    allOf: [{ anyOf: [{ type: 'integer' }, { type: 'string' }] }]
  }),
  property('embedded resource without type', { 'x-kubernetes-embedded-resource': true }),
  property('embedded resource without properties', { type: 'object', 'x-kubernetes-embedded-resource': true }),
  property('embedded resource with metadata', {
    type: 'object',
    'x-kubernetes-embedded-resource': true,
    properties: {
      metadata: { type: 'object', properties: { name: { type: 'string', maxLength: 3 }, labels: open } },
      apiVersion: { type: 'integer' }
    }
  }),
  property('preserve false', { type: 'object', 'x-kubernetes-preserve-unknown-fields': false }),
  property('list type nonsense', { type: 'array', items: text, 'x-kubernetes-list-type': 'bag' }),
  property('list type of a map', { type: 'object', 'x-kubernetes-list-type': 'atomic' }),
  property('list keys without map', { type: 'array', items: text, 'x-kubernetes-list-map-keys': ['a'] }),
  property('list map without keys', { type: 'array', items: { type: 'object', properties: { a: text } }, 'x-kubernetes-list-type': 'map' }),
  property('list map of scalars', { type: 'array', items: text, 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['a'] }),
  property('list map keys', {
    type: 'array',
    items: { type: 'object', properties: { a: text, b: open, c: { type: 'string', nullable: true, default: 'x' } }, required: ['b'] },
    'x-kubernetes-list-type': 'map',
    'x-kubernetes-list-map-keys': ['a', 'b', 'c', 'd', 'a']
  }),
  property('list set of objects', { type: 'array', items: { type: 'object', properties: { a: text } }, 'x-kubernetes-list-type': 'set' }),
  property('list set of nullables', { type: 'array', items: { type: 'string', nullable: true }, 'x-kubernetes-list-type': 'set' }),
  property('list set of lists', { type: 'array', items: { type: 'array', items: text }, 'x-kubernetes-list-type': 'set' }),
  property('map type', { type: 'object', 'x-kubernetes-map-type': 'loose' }),
  property('map type of a string', { type: 'string', 'x-kubernetes-map-type': 'atomic' }),
  property('default of another type', { type: 'integer', default: 'x' }),
  property('default null', { type: 'string', default: null }),
  property('default null nullable', { type: 'string', default: null, nullable: true }),
  property('default with unknown fields', { type: 'object', properties: { a: text }, default: { a: 'x', b: 'y' } }),
  property('default out of bounds', { type: 'object', properties: { a: { type: 'integer', minimum: 3 } }, default: { a: 1 } }),
  property('default of an embedded resource', {
    type: 'object',
    'x-kubernetes-embedded-resource': true,
    'x-kubernetes-preserve-unknown-fields': true,
    default: { metadata: { name: '-' } }
  }),
  property('default against a rule', { type: 'string', default: 'x', 'x-kubernetes-validations': [{ rule: "self == 'y'" }] }),
  refusedSchema('default in metadata', {
    type: 'object',
    properties: { metadata: { type: 'object', properties: { name: { type: 'string', default: 'x', pattern: '^x' } } } }
  }),
  refusedSchema('required that is no property', specSchema({ it: text }, { required: ['other'] })),
  refusedSchema(
    'deep problems',
    specSchema({ a: { type: 'array', items: { type: 'object', properties: { b: { type: 'object', additionalProperties: {} } } } } })
  )
]
