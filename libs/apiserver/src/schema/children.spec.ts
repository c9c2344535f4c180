import { expect, it } from '@jest/globals'
import { SchemaSet } from '../openapi/schema-set.ts'
import { hasZeros } from './children.ts'
import type { Schema } from './schema.ts'

it.each<[string, Schema, boolean]>([
  ['nothing that Go writes', { type: 'object', properties: { a: { type: 'string' } } }, false],
  ['a struct that Go writes nothing for', { 'x-go-zero': {} }, false],
  ['a zero of its own', { 'x-go-zero': { replicas: 0 } }, true],
  ['a zero in a member', { properties: { status: { 'x-go-zero': { replicas: 0 } } } }, true],
  ['a zero in the items of a list of maps', { items: { additionalProperties: { 'x-go-zero': { name: '' } } } }, true]
])('finds %s', (_what, schema, has) => {
  expect(hasZeros(schema)).toBe(has)
})

it('finds a zero behind a cycle from wherever it begins', () => {
  const inner: { properties: Record<string, Schema> } = { properties: {} }
  const outer: Schema = { properties: { inner, late: { 'x-go-zero': { replicas: 0 } } } }
  inner.properties['outer'] = outer
  expect(hasZeros(outer)).toBe(true)
  expect(hasZeros(inner)).toBe(true)
})

it('knows that Go writes zeros of a Deployment’s status', () => {
  expect(hasZeros(SchemaSet.builtin().get('io.k8s.api.apps.v1.Deployment'))).toBe(true)
})
