import { describe, expect, it } from '@jest/globals'
import type { KubeObject } from '@knative-ts/api'
import * as fc from 'fast-check'
import { Registry } from '../registry/registry.ts'
import { applyDefaults } from '../schema/defaults.ts'
import { copyJson } from '../schema/json.ts'
import type { Schema } from '../schema/schema.ts'
import { applyIntent, type ApplyResult } from './apply-intent.ts'
import { equalSets, difference, intersection, isEmpty, union, type FieldSet } from './field-set.ts'
import { fromFieldsV1, toFieldsV1 } from './fields-v1.ts'
import { fieldsOf } from './fields-of.ts'
import { trackUpdate } from './track-update.ts'

const registry = Registry.load()
const schemaOf = (kind: string, group = '', version = 'v1') => registry.byKind(group, version, kind)!.schema
const configMap = schemaOf('ConfigMap')
const deployment = schemaOf('Deployment', 'apps')
const service = schemaOf('Service')

const T1 = '2026-11-01T00:00:01Z'
const T2 = '2026-11-01T00:00:02Z'

/** What a server keeps: merges need `apply`, and the defaults that follow it. */
function apply(schema: Schema, live: KubeObject | undefined, intent: object, manager = 'oracle', now = T1, force = false): ApplyResult {
  const result = applyIntent({
    schema,
    live,
    intent: intent as KubeObject,
    manager,
    force,
    apiVersion: (intent as KubeObject).apiVersion,
    subresource: '',
    now
  })
  if (result.kind === 'applied') applyDefaults(schema, result.object)
  return result
}
function applied(
  schema: Schema,
  live: KubeObject | undefined,
  intent: object,
  manager?: string,
  now?: string,
  force?: boolean
): KubeObject {
  const result = apply(schema, live, intent, manager, now, force)
  if (result.kind !== 'applied') throw new Error(JSON.stringify(result))
  return result.object
}
function written(schema: Schema, before: KubeObject | undefined, after: object, manager: string, now = T1, subresource = ''): KubeObject {
  const object = copyJson(after) as KubeObject
  applyDefaults(schema, object)
  const managedFields = trackUpdate({
    schema,
    before,
    after: object,
    manager,
    operation: 'Update',
    apiVersion: object.apiVersion,
    subresource,
    now
  })
  const { managedFields: _, ...metadata } = object.metadata
  return { ...object, metadata: managedFields === undefined ? metadata : { ...metadata, managedFields } }
}
/** Times apart: an intent with an empty map counts as a change, until the defaults drop the map again. */
const timeless = (object: KubeObject): unknown =>
  JSON.parse(JSON.stringify(object, (key, value: unknown) => (key === 'time' ? undefined : value)))
const entry = (manager: string, operation: string, fieldsV1: object, time?: string, apiVersion = 'v1', subresource?: string) => ({
  manager,
  operation,
  apiVersion,
  ...(time === undefined ? {} : { time }),
  fieldsType: 'FieldsV1',
  fieldsV1,
  ...(subresource === undefined ? {} : { subresource })
})
const map = (data?: object, metadata: object = {}) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'one', ...metadata },
  ...(data === undefined ? {} : { data })
})

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

const pod = (containers: object[]) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'd' },
  spec: {
    selector: { matchLabels: { app: 'd' } },
    template: { metadata: { labels: { app: 'd' } }, spec: { schedulerName: 'oracle', containers } },
    replicas: 0
  }
})
const containersOf = (object: KubeObject) => (object as unknown as ReturnType<typeof pod>).spec.template.spec.containers

describe('apply of lists', () => {
  it('two managers own a container each, and what both say', () => {
    const one = applied(deployment, undefined, pod([{ name: 'c', image: 'i' }]))
    const two = applied(deployment, one, pod([{ name: 'e', image: 'j' }]), 'two')
    expect(containersOf(two).map((item) => (item as { name: string }).name)).toEqual(['c', 'e'])
    const fields = (name: string) => ({
      'f:spec': {
        'f:replicas': {},
        'f:selector': {},
        'f:template': {
          'f:metadata': { 'f:labels': { 'f:app': {} } },
          'f:spec': { 'f:containers': { [`k:{"name":"${name}"}`]: { '.': {}, 'f:image': {}, 'f:name': {} } }, 'f:schedulerName': {} }
        }
      }
    })
    expect(two.metadata.managedFields).toEqual([
      entry('oracle', 'Apply', fields('c'), T1, 'apps/v1'),
      entry('two', 'Apply', fields('e'), T1, 'apps/v1')
    ])
  })

  it('follows the order of the intent', () => {
    const one = applied(
      deployment,
      undefined,
      pod([
        {
          name: 'c',
          image: 'i',
          env: [
            { name: 'A', value: '1' },
            { name: 'B', value: '2' }
          ]
        }
      ])
    )
    const env = [
      { name: 'B', value: '2' },
      { name: 'C', value: '3' },
      { name: 'A', value: '1' }
    ]
    expect(containersOf(applied(deployment, one, pod([{ name: 'c', image: 'i', env }])))).toMatchObject([{ env }])
  })

  it('does not repeat a port whose protocol came by default', () => {
    const intent = pod([{ name: 'c', image: 'i', ports: [{ containerPort: 80 }] }])
    const one = applied(deployment, undefined, intent)
    expect(containersOf(one)).toMatchObject([{ ports: [{ containerPort: 80, protocol: 'TCP' }] }])
    expect(applied(deployment, one, intent, 'oracle', T2)).toEqual(one)
  })

  it('swaps the only port of a Service and keeps what the server allocated', () => {
    const intent = (port: number) => ({ apiVersion: 'v1', kind: 'Service', metadata: { name: 's' }, spec: { ports: [{ port }] } })
    const one = applied(service, undefined, intent(80))
    Object.assign((one as unknown as { spec: object }).spec, { clusterIP: '10.96.0.1', type: 'ClusterIP' })
    Object.assign((one as unknown as { spec: { ports: object[] } }).spec.ports[0]!, { targetPort: 80 })
    const two = applied(service, one, intent(81), 'oracle', T2)
    expect(two).toMatchObject({ spec: { ports: [{ port: 81, protocol: 'TCP' }], clusterIP: '10.96.0.1', type: 'ClusterIP' } })
    expect((two as unknown as { spec: { ports: object[] } }).spec.ports).toHaveLength(1)
    expect(two.metadata.managedFields).toEqual([
      entry('oracle', 'Apply', { 'f:spec': { 'f:ports': { 'k:{"port":81,"protocol":"TCP"}': { '.': {}, 'f:port': {} } } } }, T2)
    ])
  })

  it('drops a field that is no longer applied, and lets an updater take one over', () => {
    const one = applied(deployment, undefined, { ...pod([{ name: 'c', image: 'i', command: ['x'], workingDir: '/w' }]) })
    const scaled = written(
      deployment,
      one,
      { ...copyJson(one), spec: { ...copyJson((one as unknown as ReturnType<typeof pod>).spec), replicas: 3 } },
      'scaler',
      T2,
      'scale'
    )
    expect(scaled.metadata.managedFields).toContainEqual(
      entry('scaler', 'Update', { 'f:spec': { 'f:replicas': {} } }, T2, 'apps/v1', 'scale')
    )
    const { replicas: _, ...spec } = pod([{ name: 'c', image: 'i' }]).spec
    const next = applied(deployment, scaled, { ...pod([]), spec })
    expect((next as unknown as { spec: { replicas: number } }).spec.replicas).toBe(3)
    expect(containersOf(next)).toEqual([{ name: 'c', image: 'i', resources: {} }])
    expect(apply(deployment, scaled, pod([{ name: 'c', image: 'i' }]))).toMatchObject({
      message: 'Apply failed with 1 conflict: conflict with "scaler" with subresource "scale" using apps/v1: .spec.replicas'
    })
  })

  it('owns status only through its endpoint', () => {
    const one = applied(deployment, undefined, { ...pod([{ name: 'c' }]), status: { replicas: 9 } })
    expect(one).toMatchObject({ status: {} })
    const intent = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'd' }, status: { replicas: 3 } } as unknown as KubeObject
    const result = applyIntent({
      schema: deployment,
      live: one,
      intent,
      manager: 'two',
      force: true,
      apiVersion: 'apps/v1',
      subresource: 'status',
      now: T2
    })
    expect(result).toMatchObject({ kind: 'applied', object: { status: { replicas: 3 }, spec: { replicas: 0 } } })
    expect((result as { object: KubeObject }).object.metadata.managedFields).toContainEqual(
      entry('two', 'Apply', { 'f:status': { 'f:replicas': {} } }, T2, 'apps/v1', 'status')
    )
  })
})

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

describe('properties', () => {
  const keys = fc.constantFrom('a', 'b', 'c', '__proto__', 'constructor')
  const data = fc.dictionary(keys, fc.constantFrom('1', '2'))

  it('field sets survive their JSON form and obey set algebra', () => {
    const sets = fc.object({ maxDepth: 3 }).map((value) => fieldsOf({}, value))
    fc.assert(
      fc.property(sets, sets, (a: FieldSet, b: FieldSet) => {
        expect(equalSets(fromFieldsV1(JSON.parse(JSON.stringify(toFieldsV1(a)))), a)).toBe(true)
        expect(equalSets(union(difference(a, b), intersection(a, b)), a)).toBe(true)
        expect(isEmpty(difference(a, union(a, b)))).toBe(true)
      })
    )
  })

  it('an applier always gets what it applies, and applying twice changes nothing', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.constantFrom('x', 'y', 'z'), data, fc.boolean()), { maxLength: 8 }), (steps) => {
        let live: KubeObject | undefined
        for (const [manager, wanted, force] of steps) {
          const intent = map(wanted)
          const result = apply(configMap, live, intent, manager, T1, force)
          if (result.kind !== 'applied') {
            if (force) throw new Error('refused by force')
            continue
          }
          live = result.object
          const now = (live as unknown as { data?: Record<string, string> }).data ?? {}
          for (const [key, value] of Object.entries(wanted)) expect(Object.getOwnPropertyDescriptor(now, key)?.value).toBe(value)
          expect(timeless(applied(configMap, live, intent, manager, T2))).toEqual(timeless(live))
        }
      }),
      { numRuns: 200 }
    )
  })

  it('a manager alone gets exactly what it applied last', () => {
    fc.assert(
      fc.property(fc.array(data, { minLength: 1, maxLength: 5 }), (intents) => {
        let live: KubeObject | undefined
        for (const wanted of intents) live = applied(configMap, live, map(wanted))
        const { managedFields: _, ...metadata } = live!.metadata
        const last = intents.at(-1)!
        expect({ ...live, metadata }).toEqual(map(Object.keys(last).length === 0 ? undefined : last))
      })
    )
  })

  it('managedFields of any shape neither throw nor stay', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (managedFields) => {
        const live = { ...map({ a: 'b' }), metadata: { name: 'one', managedFields } } as unknown as KubeObject
        expect(apply(configMap, live, map({ a: 'b' }), 'x').kind).toBe('applied')
        trackUpdate({
          schema: configMap,
          before: undefined,
          after: live,
          manager: 'x',
          operation: 'Update',
          apiVersion: 'v1',
          subresource: '',
          now: T1
        })
      })
    )
  })
})
