import { describe, expect, it } from '@jest/globals'
import type * as k8s from '@knative-ts/api/kubernetes'
import { compareVersions } from './version-order.ts'
import { Registry } from './registry.ts'

function definition(overrides: Partial<k8s.CustomResourceDefinitionSpec> = {}): k8s.CustomResourceDefinition {
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'widgets.example.com' },
    spec: {
      group: 'example.com',
      scope: 'Namespaced',
      names: { plural: 'widgets', kind: 'Widget' },
      versions: [
        { name: 'v1beta1', served: true, storage: false, schema: { openAPIV3Schema: { type: 'object' } } },
        {
          name: 'v1',
          served: true,
          storage: true,
          subresources: { status: {}, scale: { specReplicasPath: '.spec.n', statusReplicasPath: '.status.n' } },
          schema: { openAPIV3Schema: { type: 'object', properties: { spec: { type: 'object' } } } }
        },
        { name: 'v2', served: false, storage: false }
      ],
      ...overrides
    }
  }
}

describe('registry', () => {
  it('knows the built-in kinds as discovery answers them', () => {
    const registry = Registry.load()
    const pods = registry.lookup('', 'v1', 'pods')
    expect(pods).toMatchObject({
      kind: 'Pod',
      singular: 'pod',
      namespaced: true,
      shortNames: ['po'],
      categories: ['all'],
      storage: '/pods'
    })
    expect([...pods!.subresources.keys()]).toEqual(expect.arrayContaining(['status', 'log', 'exec', 'eviction', 'portforward']))
    expect(pods!.subresources.get('eviction')).toMatchObject({ group: 'policy', version: 'v1', kind: 'Eviction', verbs: ['create'] })
    expect(registry.byKind('apps', 'v1', 'Deployment')?.subresources.get('scale')).toMatchObject({
      group: 'autoscaling',
      version: 'v1',
      kind: 'Scale'
    })
    expect(registry.lookup('', 'v1', 'namespaces')?.namespaced).toBe(false)
    expect(registry.lookup('', 'v2', 'pods')).toBeUndefined()
  })

  it('links schemas without references, cycles included', () => {
    const registry = Registry.load()
    const spec = registry.lookup('', 'v1', 'pods')!.schema.properties!.spec!
    expect(spec.properties!.containers!.items!.properties!.ports!['x-kubernetes-list-map-keys']).toEqual(['containerPort', 'protocol'])
    expect(spec.properties!.containers!.items!.properties!.ports!.items!.properties!.protocol!.default).toBe('TCP')
    const crd = registry.lookup('apiextensions.k8s.io', 'v1', 'customresourcedefinitions')!.schema
    const props = crd.properties!.spec!.properties!.versions!.items!.properties!.schema!.properties!.openAPIV3Schema!
    expect(props.properties!.not).toBe(props)
  })

  it('keeps both shapes of events in one storage', () => {
    const registry = Registry.load()
    expect(registry.lookup('events.k8s.io', 'v1', 'events')!.storage).toBe(registry.lookup('', 'v1', 'events')!.storage)
  })

  it('serves the served versions of a definition, and stops when it is removed', () => {
    const registry = Registry.load()
    const before = registry.version
    registry.addCustom(definition())
    expect(registry.version).toBe(before + 1)
    const widgets = registry.lookup('example.com', 'v1', 'widgets')!
    expect(widgets).toMatchObject({
      kind: 'Widget',
      singular: 'widget',
      listKind: 'WidgetList',
      custom: { storageVersion: 'v1', scale: { specReplicasPath: '.spec.n' } }
    })
    expect([...widgets.subresources.keys()]).toEqual(['status', 'scale'])
    expect(widgets.schema.properties!.metadata!.properties!.ownerReferences!['x-kubernetes-list-type']).toBe('map')
    expect(registry.lookup('example.com', 'v2', 'widgets')).toBeUndefined()
    expect(registry.groups().at(-1)).toEqual({ group: 'example.com', versions: ['v1', 'v1beta1'] })
    registry.addCustom(definition({ names: { plural: 'widgets', kind: 'Gadget' } }))
    expect(registry.byKind('example.com', 'v1', 'Widget')).toBeUndefined()
    registry.removeCustom('widgets.example.com')
    expect(registry.lookup('example.com', 'v1', 'widgets')).toBeUndefined()
    expect(registry.version).toBe(before + 3)
  })

  it('loads fast: schemas stay packed until asked for', () => {
    const started = performance.now()
    Registry.load()
    expect(performance.now() - started).toBeLessThan(500)
  })
})

describe('version order', () => {
  it.each([
    [
      ['v1', 'v2', 'v1beta1', 'v1alpha2', 'v11', 'foo', 'v1beta2', 'bar'],
      ['v11', 'v2', 'v1', 'v1beta2', 'v1beta1', 'v1alpha2', 'bar', 'foo']
    ],
    [
      ['v1alpha1', 'v1'],
      ['v1', 'v1alpha1']
    ]
  ])('%j sorts to %j', (versions, sorted) => {
    expect([...versions].sort(compareVersions)).toEqual(sorted)
  })
})
