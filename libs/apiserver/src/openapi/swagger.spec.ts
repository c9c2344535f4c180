/** The old document: what readers of OpenAPI 2 look for, and what it must not say. */
import { describe, expect, it } from '@jest/globals'
import { readFileSync } from 'node:fs'
import type * as k8s from '@knative-ts/api/kubernetes'
import { Registry } from '../registry/registry.ts'
import { swaggerSchema } from './swagger-definitions.ts'
import { swaggerDocument } from './swagger.ts'

interface Operation {
  readonly operationId: string
  readonly tags: readonly string[]
  readonly consumes: readonly string[]
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly schema?: object }[]
  readonly responses: Readonly<Record<string, { readonly schema?: object }>>
}
interface Swagger {
  readonly paths: Record<string, Record<string, Operation>>
  readonly definitions: Record<string, Record<string, unknown>>
}

const { definition } = JSON.parse(readFileSync(new URL('../schema/widget.recorded.json', import.meta.url), 'utf8')) as {
  readonly definition: k8s.CustomResourceDefinition
}
const registry = Registry.load()
registry.addCustom(definition)
const document = swaggerDocument(registry) as Swagger
const MAPS = '/api/v1/namespaces/{namespace}/configmaps'

/** Every `$ref`, and every word that OpenAPI 2 has not. `properties` may have any name. */
function found(node: unknown, isNames = false, refs = new Set<string>(), foreign = new Set<string>()) {
  if (Array.isArray(node)) node.forEach((item) => found(item, false, refs, foreign))
  else if (node !== null && typeof node === 'object')
    for (const [key, value] of Object.entries(node)) {
      if (!isNames && key === '$ref') refs.add(String(value))
      if (!isNames && ['oneOf', 'anyOf', 'allOf', 'not', 'nullable', 'content', 'requestBody'].includes(key)) foreign.add(key)
      found(value, !isNames && key === 'properties', refs, foreign)
    }
  return { refs, foreign }
}

describe('/openapi/v2', () => {
  it('refers to nothing that is not there, and has no words of version 3', () => {
    const { refs, foreign } = found(document.paths)
    found(Object.values(document.definitions), false, refs, foreign)
    expect(refs.size).toBeGreaterThan(300)
    expect([...refs].filter((ref) => document.definitions[ref.replace('#/definitions/', '')] === undefined)).toEqual([])
    expect([...foreign]).toEqual([])
  })

  it("has Kubernetes' operations", () => {
    expect(document.paths[MAPS]!.post).toMatchObject({
      operationId: 'createCoreV1NamespacedConfigMap',
      tags: ['core_v1'],
      consumes: ['*/*'],
      produces: ['application/json', 'application/yaml', 'application/vnd.kubernetes.protobuf'],
      'x-kubernetes-action': 'post',
      'x-kubernetes-group-version-kind': { group: '', version: 'v1', kind: 'ConfigMap' }
    })
    expect(document.paths[MAPS]!.post!.parameters![0]).toEqual({
      name: 'body',
      in: 'body',
      required: true,
      schema: { $ref: '#/definitions/io.k8s.api.core.v1.ConfigMap' }
    })
    expect(Object.keys(document.paths[MAPS]!.post!.responses)).toEqual(['200', '201', '202', '401'])
    expect(document.paths[`${MAPS}/{name}`]!.patch!.consumes).toEqual([
      'application/json-patch+json',
      'application/merge-patch+json',
      'application/strategic-merge-patch+json',
      'application/apply-patch+yaml'
    ])
    expect(document.paths['/apis/rbac.authorization.k8s.io/v1/clusterroles']!.get!.tags).toEqual(['rbacAuthorization_v1'])
  })

  it('knows a text or a number by its format', () => {
    expect(document.definitions['io.k8s.apimachinery.pkg.util.intstr.IntOrString']).toMatchObject({
      type: 'string',
      format: 'int-or-string'
    })
    expect(document.definitions['io.k8s.apimachinery.pkg.api.resource.Quantity']).toMatchObject({ type: 'string' })
    expect(document.definitions['io.k8s.api.core.v1.Pod']!.properties).toMatchObject({
      spec: { $ref: '#/definitions/io.k8s.api.core.v1.PodSpec', description: expect.any(String) }
    })
  })

  it('has custom kinds', () => {
    expect(document.definitions['com.example.v1.Widget']!['x-kubernetes-group-version-kind']).toEqual([
      { group: 'example.com', version: 'v1', kind: 'Widget' }
    ])
    expect(document.paths['/apis/example.com/v1/namespaces/{namespace}/widgets']!.post!.responses['201']).toEqual({
      description: 'Created',
      schema: { $ref: '#/definitions/com.example.v1.Widget' }
    })
  })

  it.each([
    ['what may be null', { type: 'object', nullable: true, properties: { a: { type: 'string' } } }, {}],
    [
      'what has unknown fields',
      { type: 'object', 'x-kubernetes-preserve-unknown-fields': true, properties: {} },
      { 'x-kubernetes-preserve-unknown-fields': true }
    ],
    ['a list of anything', { type: 'array' }, {}],
    [
      'a demanded field that may be null',
      { type: 'object', required: ['a', 'b'], properties: { a: { type: 'string', nullable: true }, b: { type: 'string' } } },
      { type: 'object', required: ['b'], properties: { a: {}, b: { type: 'string' } } }
    ]
  ])('says of %s as little as kubectl bears', (_what, schema, swagger) => {
    expect(swaggerSchema(schema)).toEqual(swagger)
  })
})
