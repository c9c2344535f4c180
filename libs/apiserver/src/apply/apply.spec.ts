import { describe, expect, it } from '@jest/globals'
import type { Schema } from '../schema/schema.ts'
import { configMap, deployment, T1, T2, apply, applied, written, entry, map } from './apply.fixture.ts'

describe('apply of ConfigMaps, as a Kubernetes API server answered', () => {
  const first = applied(configMap, undefined, map({ a: 'b' }))

  it('creates', () => {
    expect(first).toEqual({
      ...map({ a: 'b' }),
      metadata: { name: 'one', managedFields: [entry('oracle', 'Apply', { 'f:data': { 'f:a': {} } }, T1)] }
    })
  })

  it('changes its own field', () => {
    const two = applied(configMap, first, map({ a: 'c' }), 'oracle', T2)
    expect(two).toMatchObject({ data: { a: 'c' }, metadata: { managedFields: [{ time: T2 }] } })
  })

  it('leaves everything as it is when nothing changes, times too', () => {
    expect(applied(configMap, first, map({ a: 'b' }), 'oracle', T2)).toEqual(first)
  })

  it('removes the last key, the map, and the entry', () => {
    expect(applied(configMap, first, map())).toEqual(map())
  })

  it('shares a value: the second manager comes first, without a time', () => {
    expect(applied(configMap, first, map({ a: 'b' }), 'two', T2).metadata.managedFields).toEqual([
      entry('two', 'Apply', { 'f:data': { 'f:a': {} } }),
      entry('oracle', 'Apply', { 'f:data': { 'f:a': {} } }, T1)
    ])
  })

  it('keeps a shared value while one of its appliers keeps it', () => {
    const shared = applied(configMap, first, map({ a: 'b' }), 'two', T2)
    const left = applied(configMap, shared, map(), 'oracle', T2)
    expect(left).toMatchObject({ data: { a: 'b' }, metadata: { managedFields: [{ manager: 'two' }] } })
    expect(applied(configMap, left, map(), 'two', T2)).toEqual(map())
  })

  it('conflicts', () => {
    expect(apply(configMap, first, map({ a: 'x' }), 'two')).toEqual({
      kind: 'conflict',
      message: 'Apply failed with 1 conflict: conflict with "oracle": .data.a',
      conflicts: [{ reason: 'FieldManagerConflict', message: 'conflict with "oracle"', field: '.data.a' }]
    })
  })

  it('takes over by force', () => {
    const two = applied(configMap, first, map({ a: 'x' }), 'two', T2, true)
    expect(two).toMatchObject({ data: { a: 'x' }, metadata: { managedFields: [{ manager: 'two' }] } })
    expect(two.metadata.managedFields).toHaveLength(1)
  })

  it('names all conflicts by manager, updaters with their version', () => {
    const changed = written(configMap, first, { ...first, data: { a: 'b', u: '1' } }, 'updater')
    expect(apply(configMap, changed, map({ a: 'x', u: '2' }), 'two')).toMatchObject({
      message: 'Apply failed with 2 conflicts: conflicts with "oracle":\n- .data.a\nconflicts with "updater" using v1:\n- .data.u'
    })
  })

  const problems: readonly [string, Schema, object, string][] = [
    [
      'a wrong type',
      configMap,
      map({ a: 1 }),
      '(/one; /v1, Kind=ConfigMap): .data.a: expected string, got &value.valueUnstructured{Value:1}'
    ],
    ['an unknown field', configMap, { ...map(), colour: 'red' }, '(/one; /v1, Kind=ConfigMap): .colour: field not declared in schema'],
    [
      'a repeated finalizer',
      configMap,
      map(undefined, { finalizers: ['example.com/a', 'example.com/a'] }),
      '(/one; /v1, Kind=ConfigMap): .metadata.finalizers: duplicate entries for key [="example.com/a"]'
    ],
    [
      'two containers of one name',
      deployment,
      {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: { name: 'd' },
        spec: { template: { spec: { containers: [{ name: 'c' }, { name: 'c' }] } } }
      },
      '(/d; apps/v1, Kind=Deployment): .spec.template.spec.containers: duplicate entries for key [name="c"]'
    ],
    [
      'two containers without a name',
      deployment,
      {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: { name: 'd' },
        spec: { template: { spec: { containers: [{ image: 'a' }, { image: 'b' }] } } }
      },
      '(/d; apps/v1, Kind=Deployment): .spec.template.spec.containers: duplicate entries for key [name=""]'
    ]
  ]
  it.each(problems)('refuses %s', (_, schema, intent, text) => {
    expect(apply(schema, undefined, intent)).toEqual({ kind: 'invalid', message: `failed to create typed patch object ${text}` })
  })

  it('takes a container without a name: validation refuses it', () => {
    const containers = [{ image: 'a' }]
    const intent = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'd' }, spec: { template: { spec: { containers } } } }
    expect(apply(deployment, undefined, intent)).toMatchObject({
      kind: 'applied',
      object: { spec: { template: { spec: { containers } } } }
    })
  })

  it('finalizers are a set, owner references are by uid', () => {
    const before = applied(
      configMap,
      undefined,
      map(undefined, { finalizers: ['example.com/a'], ownerReferences: [{ apiVersion: 'v1', kind: 'Node', name: 'x', uid: 'u1' }] })
    )
    const second = applied(
      configMap,
      before,
      map(undefined, { finalizers: ['example.com/b'], ownerReferences: [{ apiVersion: 'v1', kind: 'Node', name: 'y', uid: 'u2' }] }),
      'two'
    )
    expect(second.metadata.finalizers).toEqual(['example.com/a', 'example.com/b'])
    expect(second.metadata.ownerReferences?.map((owner) => owner.uid)).toEqual(['u1', 'u2'])
    expect(second.metadata.managedFields).toContainEqual(
      entry(
        'two',
        'Apply',
        { 'f:metadata': { 'f:finalizers': { 'v:"example.com/b"': {} }, 'f:ownerReferences': { 'k:{"uid":"u2"}': {} } } },
        T1
      )
    )
  })
})
