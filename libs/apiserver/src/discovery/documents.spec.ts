import { describe, expect, it } from '@jest/globals'
import { readFileSync } from 'node:fs'
import type * as k8s from '@knative-ts/api/kubernetes'
import { Registry } from '../registry/registry.ts'
import { aggregatedDiscovery, apiGroup, apiGroupList, apiResourceList, apiVersions } from './documents.ts'

const registry = Registry.load()
const recorded = JSON.parse(readFileSync(new URL('../schema/widget.recorded.json', import.meta.url), 'utf8')) as {
  readonly definition: k8s.CustomResourceDefinition
}

interface Aggregated {
  readonly items: readonly {
    readonly metadata: { readonly name?: string }
    readonly versions: readonly { readonly version: string; readonly resources: readonly { readonly resource: string }[] }[]
  }[]
}

describe('discovery', () => {
  it('aggregates the core group apart from the others', () => {
    const core = aggregatedDiscovery(registry, 'api') as Aggregated
    expect(core.items.map((item) => item.metadata)).toEqual([{}])
    const pods = core.items[0]!.versions[0]!.resources.find((one) => one.resource === 'pods')
    expect(pods).toMatchObject({
      responseKind: { group: '', version: '', kind: 'Pod' },
      scope: 'Namespaced',
      singularResource: 'pod',
      shortNames: ['po'],
      categories: ['all']
    })
    expect((pods as unknown as { subresources: unknown[] }).subresources).toContainEqual({
      subresource: 'eviction',
      responseKind: { group: 'policy', version: 'v1', kind: 'Eviction' },
      verbs: ['create']
    })
    const others = aggregatedDiscovery(registry, 'apis') as Aggregated
    expect(others.items.map((item) => item.metadata.name).slice(0, 2)).toEqual(['apiregistration.k8s.io', 'apps'])
    expect(others.items.find((item) => item.metadata.name === 'autoscaling')!.versions.map((one) => one.version)).toEqual(['v2', 'v1'])
  })

  it('answers legacy clients', () => {
    expect(apiVersions('127.0.0.1:6443')).toMatchObject({ kind: 'APIVersions', versions: ['v1'] })
    expect(apiGroupList(registry)).toMatchObject({
      kind: 'APIGroupList',
      groups: expect.arrayContaining([expect.objectContaining({ name: 'apps' })])
    })
    expect(apiGroup(registry, 'autoscaling')).toEqual({
      kind: 'APIGroup',
      apiVersion: 'v1',
      name: 'autoscaling',
      versions: [
        { groupVersion: 'autoscaling/v2', version: 'v2' },
        { groupVersion: 'autoscaling/v1', version: 'v1' }
      ],
      preferredVersion: { groupVersion: 'autoscaling/v2', version: 'v2' }
    })
    expect(apiGroup(registry, 'nothing.example.com')).toBeUndefined()
    const apps = apiResourceList(registry, 'apps', 'v1') as { resources: { name: string }[] }
    expect(apps.resources.find((one) => one.name === 'deployments/scale')).toEqual({
      name: 'deployments/scale',
      singularName: '',
      namespaced: true,
      group: 'autoscaling',
      version: 'v1',
      kind: 'Scale',
      verbs: ['get', 'patch', 'update']
    })
    expect(apiResourceList(registry, 'apps', 'v9')).toBeUndefined()
  })

  it('shows custom types at once', () => {
    const own = Registry.load()
    own.addCustom(recorded.definition)
    const widgets = (aggregatedDiscovery(own, 'apis') as Aggregated).items.at(-1)!
    expect(widgets).toMatchObject({
      metadata: { name: 'example.com' },
      versions: [
        {
          version: 'v1',
          resources: [{ resource: 'widgets', responseKind: { group: 'example.com', version: 'v1', kind: 'Widget' }, shortNames: ['wi'] }]
        }
      ]
    })
    expect(apiResourceList(own, 'example.com', 'v1')).toMatchObject({
      resources: [{ name: 'widgets' }, { name: 'widgets/status' }, { name: 'widgets/scale', group: 'autoscaling' }]
    })
  })
})
