import { beforeAll, describe, expect, it } from '@jest/globals'
import { serverOfSuite } from '../suite-server.fixture.ts'
import { eventsUntil } from '../test-server.ts'

const DEFINITIONS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions'
const WIDGETS = '/apis/example.com/v1/namespaces/default/widgets'
const spec = {
  type: 'object',
  required: ['size'],
  properties: {
    size: { type: 'integer', minimum: 1 },
    colour: { type: 'string', default: 'red', enum: ['red', 'blue'] },
    replicas: { type: 'integer' }
  }
}
const definition = (name = 'widgets', more: object = {}) => ({
  metadata: { name: `${name}.example.com` },
  spec: {
    group: 'example.com',
    scope: 'Namespaced',
    names: { plural: name, kind: `${name.charAt(0).toUpperCase()}${name.slice(1, -1)}`, shortNames: [name.slice(0, 2)] },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        schema: {
          openAPIV3Schema: {
            type: 'object',
            properties: { spec, status: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } }
          }
        },
        subresources: { status: {}, scale: { specReplicasPath: '.spec.replicas', statusReplicasPath: '.status.replicas' } },
        additionalPrinterColumns: [{ name: 'Size', type: 'integer', jsonPath: '.spec.size' }],
        selectableFields: [{ jsonPath: '.spec.colour' }]
      }
    ],
    ...more
  }
})
const widget = (name: string, fields: object = { size: 2 }) => ({
  apiVersion: 'example.com/v1',
  kind: 'Widget',
  metadata: { name },
  spec: fields
})

describe('custom resources', () => {
  const server = serverOfSuite()
  beforeAll(async () => {
    await server.ask('POST', DEFINITIONS, definition())
  })

  it('are served, documented and discovered the moment their definition is answered', async () => {
    const { json: made } = await server.ask('POST', DEFINITIONS, definition('gizmos'))
    expect(made.status.conditions.map(({ type, status }: { type: string; status: string }) => `${type}=${status}`)).toEqual([
      'NamesAccepted=True',
      'Established=True'
    ])
    expect((await server.ask('GET', '/apis/example.com/v1/gizmos')).json).toMatchObject({ kind: 'GizmoList', items: [] })
    const { json: index } = await server.ask('GET', '/openapi/v3')
    const { json: document } = await server.ask('GET', index.paths['apis/example.com/v1'].serverRelativeURL)
    expect(Object.keys(document.paths)).toContain('/apis/example.com/v1/namespaces/{namespace}/gizmos/{name}')
  })

  it('are pruned, defaulted and validated', async () => {
    const { json } = await server.ask('POST', WIDGETS, { ...widget('w', { size: 2, weight: 9 }), extra: 1 })
    expect(json).toMatchObject({ metadata: { generation: 1 }, spec: { size: 2, colour: 'red' } })
    expect(json.spec.weight).toBeUndefined()
    expect(json.extra).toBeUndefined()
    const { json: refused } = await server.ask('POST', WIDGETS, widget('bad', { size: 0, colour: 'green' }))
    expect(refused.details.causes.map(({ field }: { field: string }) => field)).toEqual(
      expect.arrayContaining(['spec.size', 'spec.colour'])
    )
  })

  it('count generations of everything but metadata and status', async () => {
    await server.ask('POST', WIDGETS, widget('counted'))
    const patch = (body: object, sub = '') =>
      server.ask('PATCH', `${WIDGETS}/counted${sub}`, body, { type: 'application/merge-patch+json' })
    expect((await patch({ metadata: { labels: { a: 'b' } } })).json.metadata.generation).toBe(1)
    expect((await patch({ status: { seen: 1 } })).json.status).toBeUndefined()
    expect((await patch({ status: { seen: 1 }, spec: { size: 9 } }, '/status')).json).toMatchObject({
      metadata: { generation: 1 },
      spec: { size: 2 },
      status: { seen: 1 }
    })
    expect((await patch({ spec: { size: 3 } })).json.metadata.generation).toBe(2)
    expect((await patch({ spec: { replicas: 4 } }, '/scale')).json).toMatchObject({ kind: 'Scale', spec: { replicas: 4 } })
  })

  it('must name the version that an update replaces, and take no strategic merge', async () => {
    await server.ask('POST', WIDGETS, widget('careful'))
    expect((await server.ask('PUT', `${WIDGETS}/careful`, widget('careful'))).json.message).toContain(
      'metadata.resourceVersion: Invalid value: 0x0: must be specified for an update'
    )
    expect((await server.ask('PATCH', `${WIDGETS}/careful`, {}, { type: 'application/strategic-merge-patch+json' })).status).toBe(415)
  })

  it('are selected by the fields that their definition lists', async () => {
    await server.ask('POST', WIDGETS, widget('blue', { size: 1, colour: 'blue' }))
    const { json } = await server.ask('GET', `${WIDGETS}?fieldSelector=spec.colour%3Dblue`)
    expect(json.items.map((item: { metadata: { name: string } }) => item.metadata.name)).toEqual(['blue'])
    expect((await server.ask('GET', `${WIDGETS}?fieldSelector=spec.size%3D1`)).status).toBe(400)
  })

  it.each([
    ['a name that is not plural.group', { metadata: { name: 'wrong.example.com' } }, 'metadata.name'],
    ['no such scope', { spec: { ...definition('bolts').spec, scope: 'Galaxy' } }, 'spec.scope'],
    [
      'two storage versions',
      { spec: { ...definition('bolts').spec, versions: ['v1', 'v2'].map((name) => ({ ...definition().spec.versions[0], name })) } },
      'spec.versions'
    ]
  ])('are not defined with %s', async (_what, change, field) => {
    const { json } = await server.ask('POST', DEFINITIONS, { ...definition('bolts'), ...change })
    expect(json).toMatchObject({ code: 422, reason: 'Invalid' })
    expect(json.details.causes[0].field).toBe(field)
  })

  it.each([
    ['a node without a type', { properties: { a: {} } }, 'properties[a].type'],
    ['a pattern that is none', { properties: { a: { type: 'string', pattern: '(' } } }, 'properties[a].pattern'],
    ['a default of another type', { properties: { a: { type: 'integer', default: 'x' } } }, 'properties[a].default'],
    [
      'properties beside additionalProperties',
      { properties: { a: { type: 'string' } }, additionalProperties: { type: 'string' } },
      'additionalProperties'
    ]
  ])('are not defined by %s', async (_what, schema, place) => {
    const [version] = definition('nuts').spec.versions
    const broken = definition('nuts', { versions: [{ ...version, schema: { openAPIV3Schema: { type: 'object', ...schema } } }] })
    const { json } = await server.ask('POST', DEFINITIONS, broken)
    expect(json.details.causes.map(({ field }: { field: string }) => field)).toContain(`spec.validation.openAPIV3Schema.${place}`)
  })

  it('go before their definition does', async () => {
    await server.ask('POST', DEFINITIONS, definition('cogs'))
    const cogs = '/apis/example.com/v1/namespaces/default/cogs'
    const cog = { apiVersion: 'example.com/v1', kind: 'Cog', metadata: { name: 'c', finalizers: ['example.com/hold'] }, spec: { size: 1 } }
    expect((await server.ask('POST', cogs, cog)).status).toBe(201)
    const { json: list } = await server.ask('GET', DEFINITIONS)
    const stream = await server.open(
      `${DEFINITIONS}?watch=1&fieldSelector=metadata.name%3Dcogs.example.com&resourceVersion=${list.metadata.resourceVersion}`
    )
    expect((await server.ask('DELETE', `${DEFINITIONS}/cogs.example.com`)).json.metadata.finalizers).toEqual([
      'customresourcecleanup.apiextensions.k8s.io'
    ])
    expect((await server.ask('POST', cogs, { ...cog, metadata: { name: 'late' } })).status).toBe(403)
    await server.ask('PATCH', `${cogs}/c`, { metadata: { finalizers: null } }, { type: 'application/merge-patch+json' })
    expect((await eventsUntil(stream, (seen) => seen.at(-1)?.type === 'DELETED')).at(-1)?.type).toBe('DELETED')
    expect((await server.ask('GET', cogs)).status).toBe(404)
  })
})
