/** What becomes of instances when their definition changes, of definitions that want each other's names, and of versions that a webhook converts. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { KubeObject } from '@knative-ts/api'
import { ensurePki } from '../pki/pki.ts'
import { serverOfSuite } from '../suite-server.fixture.ts'
import { eventsUntil } from '../test-server.ts'

const DEFINITIONS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions'
const merge = { type: 'application/merge-patch+json' }
const applied = { type: 'application/apply-patch+yaml' }
const open = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true }
const specOf = (properties: object) => ({ type: 'object', properties: { spec: { type: 'object', properties } } })

const server = serverOfSuite()

const version = (name: string, schema: object, storage = true) => ({ name, served: true, storage, schema: { openAPIV3Schema: schema } })

async function define(
  group: string,
  names: { plural: string; kind: string; shortNames?: string[] },
  versions: object[] = [version('v1', open)],
  more: object = {}
) {
  const answer = await server.ask('POST', DEFINITIONS, {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${names.plural}.${group}` },
    spec: { group, scope: 'Namespaced', names, versions, ...more }
  })
  expect([answer.status, answer.json.message]).toEqual([201, undefined])
  return answer.json
}

describe('defaults that a definition gets later', () => {
  const path = '/apis/later.example.com/v1/namespaces/default/things'
  beforeAll(async () => {
    await define('later.example.com', { plural: 'things', kind: 'Thing' }, [
      version('v1', specOf({ size: { type: 'integer' }, old: { type: 'string' } }))
    ])
    const thing = { apiVersion: 'later.example.com/v1', kind: 'Thing', metadata: { name: 'early' }, spec: { old: 'x' } }
    expect((await server.ask('POST', path, thing)).status).toBe(201)
    const versions = [version('v1', specOf({ size: { type: 'integer', default: 3 } }))]
    expect((await server.ask('PATCH', `${DEFINITIONS}/things.later.example.com`, { spec: { versions } }, merge)).status).toBe(200)
  })
  it('are there when an older object is read, and what the definition forgot is not', async () => {
    expect((await server.ask('GET', `${path}/early`)).json.spec).toEqual({ size: 3 })
    expect((await server.ask('GET', path)).json.items[0].spec).toEqual({ size: 3 })
    const [event] = await eventsUntil(await server.open(`${path}?watch=true`), (events) => events.length > 0)
    expect(event?.object.spec).toEqual({ size: 3 })
  })
  it('are part of what an update stands on', async () => {
    const { json } = await server.ask('PATCH', `${path}/early`, { metadata: { labels: { a: 'b' } } }, merge)
    expect([json.spec, json.metadata.generation]).toEqual([{ size: 3 }, 1])
  })
})

describe('names of definitions', () => {
  const conditionsOf = (definition: { status: { conditions: { type: string; status: string; reason: string; message: string }[] } }) =>
    definition.status.conditions.map(({ type, status, reason, message }) => [type, status, reason, message])
  const accepted = [
    ['NamesAccepted', 'True', 'NoConflicts', 'no conflicts found'],
    ['Established', 'True', 'InitialNamesAccepted', 'the initial names have been accepted']
  ]
  it('are refused while another definition of the group has them, and served when it goes', async () => {
    await define('names.example.com', { plural: 'firsts', kind: 'First', shortNames: ['f'] })
    const second = await define('names.example.com', { plural: 'seconds', kind: 'First', shortNames: ['f', 's'] })
    expect(conditionsOf(second)).toEqual([
      ['NamesAccepted', 'False', 'ListKindConflict', '"FirstList" is already in use'],
      ['Established', 'False', 'NotAccepted', 'not all names are accepted']
    ])
    expect(second.status.acceptedNames).toEqual({ plural: 'seconds', kind: '' })
    const path = '/apis/names.example.com/v1/namespaces/default/seconds'
    expect((await server.ask('GET', path)).status).toBe(404)
    await server.ask('DELETE', `${DEFINITIONS}/firsts.names.example.com`)
    const query = '?watch=true&fieldSelector=metadata.name%3Dseconds.names.example.com'
    const events = await eventsUntil(
      await server.open(DEFINITIONS + query),
      (seen) => seen.at(-1)?.object.status.acceptedNames.kind === 'First'
    )
    expect(conditionsOf(events.at(-1)?.object)).toEqual(accepted)
    expect((await server.ask('GET', path)).status).toBe(200)
  })
  it('that are wanted later do not end what is served', async () => {
    await define('later-names.example.com', { plural: 'ones', kind: 'One', shortNames: ['o'] })
    await define('later-names.example.com', { plural: 'twos', kind: 'Two' })
    const names = { spec: { names: { shortNames: ['o'] } } }
    const { json } = await server.ask('PATCH', `${DEFINITIONS}/twos.later-names.example.com`, names, merge)
    expect(conditionsOf(json)).toEqual([['NamesAccepted', 'False', 'ShortNamesConflict', '"o" is already in use'], accepted[1]])
    expect((await server.ask('GET', '/apis/later-names.example.com/v1/twos')).status).toBe(200)
  })
})

interface Review {
  readonly request: {
    readonly uid: string
    readonly desiredAPIVersion: string
    readonly objects: readonly (KubeObject & { spec: object })[]
  }
}

describe('versions that a webhook converts', () => {
  const GROUP = 'gauges.example.com'
  const at = (version: string) => `/apis/${GROUP}/${version}/namespaces/default/gauges`
  const asked: Review['request'][] = []
  /** v1 says `celsius`, v2 `kelvin`. */
  const convert = ({ uid, desiredAPIVersion, objects }: Review['request']): object => ({
    uid,
    result: { status: 'Success' },
    convertedObjects: objects.map((object) => {
      const spec = object.spec as { celsius?: number; kelvin?: number }
      const kelvin = spec.kelvin ?? (spec.celsius ?? 0) + 273
      const converted = desiredAPIVersion.endsWith('/v2') ? { kelvin } : { celsius: kelvin - 273 }
      return {
        ...object,
        apiVersion: desiredAPIVersion,
        metadata: {
          ...object.metadata,
          resourceVersion: '1',
          labels: { ...object.metadata.labels, from: object.apiVersion.split('/')[1] }
        },
        spec: converted
      }
    })
  })
  let answer: (request: Review['request']) => object | Promise<object>
  let hook: Server

  beforeAll(async () => {
    const pki = await ensurePki({ directory: undefined, addresses: ['127.0.0.1'] })
    hook = createServer({ cert: pki.serverCert, key: pki.serverKey }, async (request, response) => {
      const chunks: Buffer[] = []
      for await (const chunk of request) chunks.push(chunk as Buffer)
      const review = JSON.parse(Buffer.concat(chunks).toString()) as Review
      asked.push(review.request)
      const converted = await answer(review.request)
      response.end(JSON.stringify({ kind: 'ConversionReview', apiVersion: 'apiextensions.k8s.io/v1', response: converted }))
    })
    await new Promise<void>((resolve) => hook.listen(0, '127.0.0.1', resolve))
    const { port } = hook.address() as AddressInfo
    const clientConfig = { url: `https://127.0.0.1:${port}/convert`, caBundle: Buffer.from(pki.ca).toString('base64') }
    await define(
      GROUP,
      { plural: 'gauges', kind: 'Gauge' },
      [version('v1', specOf({ celsius: { type: 'integer' } }), false), version('v2', specOf({ kelvin: { type: 'integer' } }))],
      { conversion: { strategy: 'Webhook', webhook: { clientConfig, conversionReviewVersions: ['v1'] } } }
    )
  })
  beforeEach(() => {
    asked.length = 0
    answer = convert
  })
  afterAll(async () => {
    hook.closeAllConnections()
    await new Promise((resolve) => hook.close(resolve))
  })
  const gauge = (name: string, version: string, spec: object) => ({
    apiVersion: `${GROUP}/${version}`,
    kind: 'Gauge',
    metadata: { name },
    spec
  })

  it('are written in one and read in the other', async () => {
    const created = await server.ask('POST', at('v1'), gauge('a', 'v1', { celsius: 20 }))
    expect([created.status, created.json.apiVersion, created.json.spec]).toEqual([201, `${GROUP}/v1`, { celsius: 20 }])
    const { json } = await server.ask('GET', `${at('v2')}/a`)
    expect([json.spec, json.metadata.labels, json.metadata.generation]).toEqual([{ kelvin: 293 }, { from: 'v1' }, 1])
    expect((await server.ask('GET', `${at('v1')}/a`)).json.spec).toEqual({ celsius: 20 })
  })
  it('may be updated, patched and applied in either', async () => {
    await server.ask('POST', at('v2'), gauge('b', 'v2', { kelvin: 300 }))
    const patched = await server.ask('PATCH', `${at('v1')}/b`, { spec: { celsius: 1 } }, merge)
    expect([patched.status, patched.json.spec, patched.json.metadata.generation]).toEqual([200, { celsius: 1 }, 2])
    const put = await server.ask('PUT', `${at('v1')}/b`, { ...patched.json, spec: { celsius: 2 } })
    expect([put.status, put.json.spec, put.json.metadata.generation]).toEqual([200, { celsius: 2 }, 3])
    const query = '?fieldManager=someone&force=true'
    const { status, json } = await server.ask('PATCH', `${at('v1')}/b${query}`, gauge('b', 'v1', { celsius: 3 }), applied)
    expect([status, json.spec]).toEqual([200, { celsius: 3 }])
    expect((await server.ask('GET', `${at('v2')}/b`)).json.spec).toEqual({ kelvin: 276 })
  })
  it('are patched although somebody else writes while the patch is converted', async () => {
    await server.ask('POST', at('v2'), gauge('busy', 'v2', { kelvin: 300 }))
    let others = 20
    answer = async (request) => {
      if (others-- > 0) await server.ask('PATCH', `${at('v2')}/busy`, { metadata: { labels: { others: `${others}` } } }, merge)
      return convert(request)
    }
    // Nobody else writes for longer than an update tries: the last of these patches gets through, and none fails for want of a conversion.
    const answers = []
    for (let celsius = 1; others > 0; celsius++) answers.push(await server.ask('PATCH', `${at('v1')}/busy`, { spec: { celsius } }, merge))
    answers.push(await server.ask('PATCH', `${at('v1')}/busy`, { spec: { celsius: 50 } }, merge))
    expect(answers.map(({ status, json }) => [status, json.message]).filter(([status]) => status !== 200 && status !== 409)).toEqual([])
    expect([answers.at(-1)?.status, answers.at(-1)?.json.spec]).toEqual([200, { celsius: 50 }])
  })
  it('are asked for once a list', async () => {
    for (const name of ['c', 'd', 'e']) await server.ask('POST', at('v2'), gauge(name, 'v2', { kelvin: 274 }))
    asked.length = 0
    const { items } = (await server.ask('GET', at('v1'))).json
    expect(items.filter((one: { spec: object }) => 'celsius' in one.spec)).toHaveLength(items.length)
    expect(asked.length).toBeLessThanOrEqual(1)
  })
  it('are watched in order', async () => {
    const { json } = await server.ask('GET', at('v2'))
    const stream = await server.open(`${at('v1')}?watch=true&resourceVersion=${json.metadata.resourceVersion}`)
    await server.ask('POST', at('v2'), gauge('w', 'v2', { kelvin: 280 }))
    await server.ask('PATCH', `${at('v2')}/w`, { spec: { kelvin: 281 } }, merge)
    await server.ask('DELETE', `${at('v2')}/w`)
    const events = await eventsUntil(stream, (seen) => seen.length === 3)
    expect(events.map(({ type, object }) => [type, object.apiVersion, object.spec.celsius])).toEqual([
      ['ADDED', `${GROUP}/v1`, 7],
      ['MODIFIED', `${GROUP}/v1`, 8],
      ['DELETED', `${GROUP}/v1`, 8]
    ])
  })
  it.each<[string, (request: Review['request']) => object, string]>([
    [
      'a failure',
      ({ uid }) => ({ uid, result: { status: 'Failure', message: 'too cold' } }),
      `conversion webhook for ${GROUP}/v2, Kind=Gauge failed: too cold`
    ],
    [
      'another uid',
      (request) => ({ ...convert(request), uid: 'x' }),
      `conversion webhook for ${GROUP}/v2, Kind=Gauge failed: expected response.uid=`
    ],
    [
      'nothing',
      ({ uid }) => ({ uid, result: { status: 'Success' }, convertedObjects: [] }),
      `conversion webhook for ${GROUP}/v2, Kind=Gauge returned 0 objects, expected 1`
    ],
    [
      'the version that it was sent',
      ({ uid, objects }) => ({ uid, result: { status: 'Success' }, convertedObjects: objects }),
      `conversion webhook for ${GROUP}/v2, Kind=Gauge returned invalid object at index 0: invalid groupVersion (expected ${GROUP}/v1, received ${GROUP}/v2)`
    ],
    [
      'another name',
      ({ uid, objects, desiredAPIVersion }) => ({
        uid,
        result: { status: 'Success' },
        convertedObjects: objects.map((one) => ({ ...one, apiVersion: desiredAPIVersion, metadata: { ...one.metadata, name: 'z' } }))
      }),
      `conversion webhook for ${GROUP}/v2, Kind=Gauge returned invalid object: must have the same name: `
    ]
  ])('that answers %s is not believed', async (name, odd, message) => {
    await server.ask('POST', at('v2'), gauge(name.replaceAll(' ', '-'), 'v2', { kelvin: 1 }))
    answer = odd
    const refused = await server.ask('GET', `${at('v1')}/${name.replaceAll(' ', '-')}`)
    expect([refused.status, refused.json.reason]).toEqual([500, undefined])
    expect(refused.json.message).toContain(message)
  })
  it('that cannot be asked fails the request, and the stored version is still there', async () => {
    await server.ask('POST', at('v2'), gauge('unreached', 'v2', { kelvin: 1 }))
    const path = `${DEFINITIONS}/gauges.${GROUP}`
    const clientConfig = { url: 'https://127.0.0.1:1/convert' }
    await server.ask('PATCH', path, { spec: { conversion: { webhook: { clientConfig } } } }, merge)
    const refused = await server.ask('POST', at('v1'), gauge('unmade', 'v1', { celsius: 1 }))
    expect(refused.json.message).toMatch(
      /^conversion webhook for gauges\.example\.com\/v1, Kind=Gauge failed: Post "https:\/\/127\.0\.0\.1:1\/convert\?timeout=30s": /
    )
    expect((await server.ask('GET', `${at('v2')}/unreached`)).status).toBe(200)
    expect((await server.ask('DELETE', path)).status).toBe(200)
    const events = await eventsUntil(await server.open(`${DEFINITIONS}?watch=true`), (seen) =>
      seen.some(({ type, object }) => type === 'DELETED' && object.metadata.name === `gauges.${GROUP}`)
    )
    expect(events.length).toBeGreaterThan(0)
  })
})
