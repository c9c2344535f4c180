import { describe, expect, it } from '@jest/globals'
import { readFileSync } from 'node:fs'
import type * as k8s from '@knative-ts/api/kubernetes'
import { Registry } from '../registry/registry.ts'
import { openApiDocument, openApiIndex } from './documents.ts'

const registry = Registry.load()
const recorded = JSON.parse(readFileSync(new URL('../schema/widget.recorded.json', import.meta.url), 'utf8')) as {
  readonly definition: k8s.CustomResourceDefinition
}

interface Document {
  readonly paths: Record<string, Record<string, Record<string, unknown>>>
  readonly components: { readonly schemas: Record<string, { readonly properties?: Record<string, { readonly description?: string }> }> }
}
const document = (of: Registry, path: string) => openApiDocument(of, path) as Document
const urlOf = (of: Registry, path: string) =>
  (openApiIndex(of) as { paths: Record<string, { serverRelativeURL: string }> }).paths[path]?.serverRelativeURL

function everyRef(node: unknown, found = new Set<string>()): Set<string> {
  if (Array.isArray(node)) node.forEach((item) => everyRef(item, found))
  else if (node !== null && typeof node === 'object') {
    for (const [key, value] of Object.entries(node)) {
      if (key === '$ref' && typeof value === 'string') found.add(value.slice(value.lastIndexOf('/') + 1))
      else everyRef(value, found)
    }
  }
  return found
}

describe('/openapi/v3', () => {
  it('carries what kubectl looks for in an operation', () => {
    const { paths, components } = document(registry, 'apis/apps/v1')
    const patch = paths['/apis/apps/v1/namespaces/{namespace}/deployments/{name}']!.patch!
    expect(patch['x-kubernetes-action']).toBe('patch')
    expect(patch['x-kubernetes-group-version-kind']).toEqual({ group: 'apps', version: 'v1', kind: 'Deployment' })
    expect((patch.parameters as { name: string }[]).map((one) => one.name)).toEqual(['dryRun', 'fieldManager', 'fieldValidation', 'force'])
    expect(Object.keys((patch.requestBody as { content: object }).content)).toContain('application/strategic-merge-patch+json')
    expect(paths['/apis/apps/v1/deployments']!.get!['x-kubernetes-action']).toBe('list')
    expect(components.schemas['io.k8s.api.apps.v1.DeploymentSpec']!.properties!.replicas!.description).toMatch(/Number of desired pods/)
  })

  it.each(['api/v1', 'apis/apps/v1', 'apis/apiextensions.k8s.io/v1', 'apis/policy/v1'])(
    '%s refers to nothing that is not there',
    (path) => {
      const { paths, components } = document(registry, path)
      expect([...everyRef([paths, components])].filter((name) => components.schemas[name] === undefined)).toEqual([])
      const ids = Object.values(paths)
        .flatMap((item) => Object.values(item).map((one) => one.operationId))
        .filter((id) => id !== undefined)
      expect(new Set(ids).size).toBe(ids.length)
    }
  )

  it('gives a custom type a document, and another hash when its schema changes', () => {
    const own = Registry.load()
    expect(openApiDocument(own, 'apis/example.com/v1')).toBeUndefined()
    own.addCustom(recorded.definition)
    const before = urlOf(own, 'apis/example.com/v1')
    expect(before).toMatch(/^\/openapi\/v3\/apis\/example\.com\/v1\?hash=[0-9A-F]{64}$/)
    const { paths, components } = document(own, 'apis/example.com/v1')
    expect(components.schemas['com.example.v1.Widget']!.properties).toHaveProperty('spec.properties.size.minimum', 1)
    expect(
      Object.keys((paths['/apis/example.com/v1/namespaces/{namespace}/widgets/{name}']!.patch!.requestBody as { content: object }).content)
    ).not.toContain('application/strategic-merge-patch+json')
    expect([...everyRef([paths, components])].filter((name) => components.schemas[name] === undefined)).toEqual([])
    const changed = structuredClone(recorded.definition)
    changed.spec.versions[0]!.schema!.openAPIV3Schema!.description = 'another'
    own.addCustom(changed)
    expect(urlOf(own, 'apis/example.com/v1')).not.toBe(before)
    expect(urlOf(own, 'apis/apps/v1')).toBe(urlOf(registry, 'apis/apps/v1'))
  })
})
