import { describe, expect, it } from '@jest/globals'
import * as fc from 'fast-check'
import { Registry } from '../registry/registry.ts'
import { applyDefaults, writeZeros } from './defaults.ts'
import { copyJson, equalJson } from './json.ts'
import { matches } from './pattern.ts'
import { prune } from './prune.ts'
import type { Schema } from './schema.ts'
import { validate } from './validate.ts'

const registry = Registry.load()
const builtin = (group: string, version: string, kind: string) => registry.byKind(group, version, kind)!.schema

it('members of an object where the schema wants a text or a list are unknown fields, and the object stays for validation to refuse', () => {
  const schema: Schema = { type: 'object', properties: { uri: { type: 'string' }, all: { type: 'array', items: { type: 'object' } } } }
  const value = { uri: { host: 'x' }, all: { exact: {} } }
  expect(prune(schema, value)).toEqual(['all.exact', 'uri.host'])
  expect(value).toEqual({ uri: {}, all: {} })
})

describe('built-in kinds on their way through Go', () => {
  it('lose nulls and zeros that no pointer holds, keep those that one holds', () => {
    const pod = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'p', creationTimestamp: null, labels: {} },
      spec: {
        hostNetwork: false,
        nodeName: '',
        terminationGracePeriodSeconds: 0,
        enableServiceLinks: false,
        securityContext: {},
        volumes: [],
        containers: [{ name: 'c', env: [{ name: 'A', value: '' }], ports: [{ containerPort: 80 }], livenessProbe: null }]
      }
    }
    applyDefaults(builtin('', 'v1', 'Pod'), pod)
    expect(pod).toEqual({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'p' },
      spec: {
        terminationGracePeriodSeconds: 0,
        enableServiceLinks: false,
        securityContext: {},
        containers: [{ name: 'c', env: [{ name: 'A' }], ports: [{ containerPort: 80, protocol: 'TCP' }], resources: {} }]
      },
      status: {}
    })
  })

  it('gain what Go always writes', () => {
    const set: Record<string, unknown> = { metadata: {}, spec: { selector: {}, template: { spec: { containers: [] } } } }
    applyDefaults(builtin('apps', 'v1', 'ReplicaSet'), set)
    writeZeros(builtin('apps', 'v1', 'ReplicaSet'), set)
    expect(set).toEqual({
      metadata: {},
      spec: { selector: {}, template: { metadata: {}, spec: { containers: [] } } },
      status: { replicas: 0 }
    })
  })

  it('treat a target port of 0 as unset', () => {
    const service = { metadata: {}, spec: { ports: [{ port: 80, targetPort: 0 }] } }
    applyDefaults(builtin('', 'v1', 'Service'), service)
    expect(service).toEqual({ metadata: {}, spec: { ports: [{ port: 80, protocol: 'TCP' }] }, status: { loadBalancer: {} } })
  })

  it('name unknown fields in document order', () => {
    const pod = {
      spec: { containers: [{ name: 'c', colour: 1, ports: [{ colour: 2 }] }], colour: 3 },
      metadata: { constructor: 'x', labels: { any: 'thing' } }
    }
    expect(prune(builtin('', 'v1', 'Pod'), pod)).toEqual([
      'spec.containers[0].colour',
      'spec.containers[0].ports[0].colour',
      'spec.colour',
      'metadata.constructor'
    ])
    expect(pod.metadata).toEqual({ labels: { any: 'thing' } })
  })

  it('keep embedded JSON as it is', () => {
    const crd = {
      spec: { versions: [{ schema: { openAPIV3Schema: { type: 'object', properties: { a: { default: null, enum: [{ x: null }] } } } } }] }
    }
    const before = copyJson(crd.spec.versions[0]!.schema.openAPIV3Schema.properties.a.enum)
    const schema = builtin('apiextensions.k8s.io', 'v1', 'CustomResourceDefinition')
    expect(prune(schema, crd)).toEqual([])
    applyDefaults(schema, crd)
    expect(crd.spec.versions[0]!.schema.openAPIV3Schema.properties.a.enum).toEqual(before)
  })
})

describe('validation', () => {
  const rows: readonly [string, Schema, unknown, string[]][] = [
    [
      'a set with a repeated item',
      { type: 'array', 'x-kubernetes-list-type': 'set', items: { type: 'string' } },
      ['a', 'b', 'a'],
      ['[2]: Duplicate value: "a"']
    ],
    [
      'a list map with a repeated key',
      { type: 'array', 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['name'], items: { type: 'object' } },
      [{ name: 'v' }, { name: 'v', x: 1 }],
      ['[1]: Duplicate value: {"name":"v"}']
    ],
    ['an enum', { type: 'string', enum: ['a', 'b'] }, 'x', ['<nil>: Unsupported value: "x": supported values: "a", "b"']],
    [
      'null where none may be',
      { type: 'object', properties: { a: { type: 'array' } } },
      { a: null },
      ['a: Invalid value: "null": a in body must be of type array: "null"']
    ],
    ['null where one may be', { type: 'object', properties: { a: { type: 'array', nullable: true } } }, { a: null }, []],
    [
      'too few items',
      { type: 'object', properties: { a: { type: 'array', minItems: 1 } } },
      { a: [] },
      ['a: Invalid value: 0: a in body should have at least 1 items']
    ],
    ['a pattern of POSIX classes', { type: 'object', properties: { a: { type: 'string', pattern: '^[[:alpha:]]+$' } } }, { a: 'abc' }, []]
  ]
  it.each(rows)('of %s', (_, schema, value, texts) => {
    expect(validate(schema, value).map((cause) => `${cause.field}: ${cause.message}`)).toEqual(texts)
  })

  it('puts a prefix before fields, not into texts', () => {
    const schema: Schema = { type: 'object', properties: { a: { type: 'string' } } }
    expect(validate(schema, { a: 1 }, 'status')).toEqual([
      {
        reason: 'FieldValueTypeInvalid',
        field: 'status.a',
        message: 'Invalid value: "integer": a in body must be of type string: "integer"'
      }
    ])
  })

  it('reads patterns of Go', () => {
    expect(matches('(?i)^a\\-b$', 'A-B')).toBe(true)
    expect(matches('^(?P<x>a)\\z', 'a')).toBe(true)
    expect(matches('(', 'a')).toBe(false)
  })
})

describe('properties', () => {
  const kinds = registry
    .types()
    .filter((type) => !type.plural.includes('review'))
    .map((type) => type.schema)
  const anyObject = fc.record(
    { metadata: fc.object(), spec: fc.object(), status: fc.jsonValue(), data: fc.jsonValue() },
    { requiredKeys: [] }
  )

  it('pruning, defaulting and validating any JSON never throws, and a second pass changes nothing', () => {
    fc.assert(
      fc.property(fc.nat(kinds.length - 1), anyObject, (index, raw) => {
        const schema = kinds[index]!
        const value = JSON.parse(JSON.stringify(raw)) as unknown
        prune(schema, value)
        applyDefaults(schema, value)
        validate(schema, value)
        const once = copyJson(value)
        expect(prune(schema, value)).toEqual([])
        applyDefaults(schema, value)
        expect(equalJson(value, once)).toBe(true)
      }),
      { numRuns: 300 }
    )
  })

  it('a copy equals its original and shares nothing with it', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const copy = copyJson(value)
        expect(equalJson(copy, value)).toBe(true)
        expect(value !== null && typeof value === 'object' && copy === value).toBe(false)
      })
    )
  })
})
