import { describe, expect, it } from '@jest/globals'
import { serverOfSuite } from '../suite-server.fixture.ts'

const PROTOBUF = 'application/com.github.proto-openapi.spec.v2@v1.0+protobuf'

describe('GET /openapi/v2', () => {
  const server = serverOfSuite()
  const ask = (headers: Record<string, string>) => server.ask('GET', '/openapi/v2', undefined, { headers })

  it('is JSON with a tag, by which it is not sent twice', async () => {
    const first = await ask({})
    expect(first).toMatchObject({ status: 200, headers: { 'content-type': 'application/json', vary: 'Accept' } })
    expect(first.json).toMatchObject({ swagger: '2.0', info: { title: 'Kubernetes', version: '1.34' } })
    const tag = String(first.headers.etag)
    expect(tag).toMatch(/^"[0-9A-F]{128}"$/)
    expect(await ask({ 'if-none-match': tag })).toMatchObject({ status: 304, text: '', headers: { etag: tag } })
    expect(await ask({ 'if-none-match': '"another"' })).toMatchObject({ status: 200, headers: { etag: tag } })
  })

  it.each([
    [{ accept: 'application/json, */*' }, 200, 'application/json'],
    [{ accept: PROTOBUF }, 200, 'application/com.github.proto-openapi.spec.v2.v1.0+protobuf'],
    [{ accept: `application/json;q=0.9,${PROTOBUF}` }, 200, 'application/json'],
    [{ accept: 'text/html' }, 406, undefined]
  ])('%j is answered with %i', async (headers, status, type) => {
    const answer = await ask(headers)
    expect([answer.status, answer.headers['content-type']]).toEqual([status, type])
  })

  it('changes with what is served', async () => {
    const before = await ask({})
    await server.ask('POST', '/apis/apiextensions.k8s.io/v1/customresourcedefinitions', {
      metadata: { name: 'things.swagger.example' },
      spec: {
        group: 'swagger.example',
        names: { plural: 'things', kind: 'Thing' },
        scope: 'Namespaced',
        versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object' } } }]
      }
    })
    const after = await ask({ 'if-none-match': String(before.headers.etag) })
    expect(after.status).toBe(200)
    expect(after.json.definitions).toHaveProperty(['example.swagger.v1.Thing', 'type'], 'object')
  })
})
