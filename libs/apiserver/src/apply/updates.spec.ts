import { describe, expect, it } from '@jest/globals'
import { configMap, deployment, T1, T2, apply, applied, written, entry, map, pod } from './apply.fixture.ts'

describe('migration from client-side apply', () => {
  const annotation = 'kubectl.kubernetes.io/last-applied-configuration'
  const text = JSON.stringify(map({ a: 'b', c: 'd' }))
  const live = written(configMap, undefined, map({ a: 'b', c: 'd' }, { annotations: { [annotation]: text } }), 'kubectl-client-side-apply')

  it('keeps the annotation in step', () => {
    const one = applied(configMap, live, map({ a: 'b' }), 'kubectl', T2)
    expect(one).toEqual({
      ...map({ a: 'b', c: 'd' }),
      metadata: {
        name: 'one',
        annotations: { [annotation]: '{"apiVersion":"v1","data":{"a":"b"},"kind":"ConfigMap","metadata":{"name":"one"}}\n' },
        managedFields: [
          entry('kubectl', 'Apply', { 'f:data': { 'f:a': {} } }),
          entry(
            'kubectl-client-side-apply',
            'Update',
            { 'f:data': { '.': {}, 'f:a': {}, 'f:c': {} }, 'f:metadata': { 'f:annotations': { '.': {}, [`f:${annotation}`]: {} } } },
            T1
          )
        ]
      }
    })
  })

  it('does not conflict with what the annotation remembers, and does with anything else', () => {
    expect(apply(configMap, live, map({ a: 'x' }), 'kubectl').kind).toBe('applied')
    expect(apply(configMap, live, map({ a: 'x' }), 'other')).toMatchObject({
      message: 'Apply failed with 1 conflict: conflict with "kubectl-client-side-apply" using v1: .data.a'
    })
  })

  it('gives fields that nobody owned to an owner of their own', () => {
    const untracked = { ...map({ a: 'b', z: '1' }), metadata: { name: 'one', uid: 'u' } }
    const one = applied(configMap, untracked, map({ a: 'b' }), 'two')
    expect(one.metadata.managedFields).toContainEqual(
      entry('before-first-apply', 'Update', { 'f:data': { '.': {}, 'f:a': {}, 'f:z': {} } }, T1)
    )
  })
})

describe('updates', () => {
  it('a created Deployment: structs that Go always writes own nothing themselves', () => {
    const one = written(deployment, undefined, pod([{ name: 'c', image: 'i', ports: [{ containerPort: 80 }] }]), 'kubectl-create')
    expect(one.metadata.managedFields).toEqual([
      entry(
        'kubectl-create',
        'Update',
        {
          'f:spec': {
            'f:replicas': {},
            'f:selector': {},
            'f:template': {
              'f:metadata': { 'f:labels': { '.': {}, 'f:app': {} } },
              'f:spec': {
                'f:containers': {
                  'k:{"name":"c"}': {
                    '.': {},
                    'f:image': {},
                    'f:name': {},
                    'f:ports': { '.': {}, 'k:{"containerPort":80,"protocol":"TCP"}': { '.': {}, 'f:containerPort': {}, 'f:protocol': {} } },
                    'f:resources': {}
                  }
                },
                'f:schedulerName': {}
              }
            }
          }
        },
        T1,
        'apps/v1'
      )
    ])
  })

  it('nothing changed: nothing moves', () => {
    const one = written(configMap, undefined, map({ a: 'b' }, { labels: { l: 'm' } }), 'unknown')
    expect(written(configMap, one, one, 'second', T2)).toEqual(one)
  })

  it('takes changed fields from their owners and drops removed ones', () => {
    const one = applied(configMap, undefined, map({ a: 'b', c: 'd' }))
    const two = written(configMap, one, { ...one, data: { a: 'x' } }, 'patcher', T2)
    expect(two.metadata.managedFields).toEqual([entry('patcher', 'Update', { 'f:data': { 'f:a': {} } }, T2)])
  })

  it('can reset ownership, and cannot damage it', () => {
    const one = applied(configMap, undefined, map({ a: 'b' }))
    expect(written(configMap, one, { ...one, metadata: { name: 'one', managedFields: [{}] } }, 'x').metadata.managedFields).toBeUndefined()
    expect(written(configMap, one, { ...one, metadata: { name: 'one', managedFields: ['nonsense'] } }, 'x').metadata.managedFields).toEqual(
      one.metadata.managedFields
    )
  })

  it('merges the oldest of many updaters', () => {
    let object = applied(configMap, undefined, map({ a: 'b' }))
    for (let i = 0; i < 12; i++)
      object = written(
        configMap,
        object,
        { ...object, data: { ...(object as unknown as { data: object }).data, [`k${i}`]: '1' } },
        `m${i}`,
        `2026-11-01T00:01:${10 + i}Z`
      )
    const managers = (object.metadata.managedFields as { manager: string; operation: string }[])
      .filter((one) => one.operation === 'Update')
      .map((one) => one.manager)
    expect(managers).toHaveLength(10)
    expect(managers[0]).toBe('ancient-changes')
  })
})
