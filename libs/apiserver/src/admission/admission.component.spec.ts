import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import { ensurePki, type Pki } from '../pki/pki.ts'
import { serverOfSuite } from '../suite-server.fixture.ts'

interface Review {
  readonly request: {
    readonly uid: string
    readonly operation: string
    readonly name?: string
    readonly dryRun: boolean
    readonly object: Record<string, unknown> | null
    readonly oldObject: Record<string, unknown> | null
    readonly userInfo: { readonly username: string }
  }
}
type Verdict =
  | { readonly allowed: boolean; readonly patch?: readonly object[]; readonly status?: object; readonly warnings?: readonly string[] }
  | 'silence'

/** A webhook over TLS that answers by path, and remembers what it was asked. */
class Hook {
  readonly asked: Review['request'][] = []
  readonly answers = new Map<string, (review: Review['request']) => Verdict>()
  readonly #server: Server

  constructor(pki: Pki) {
    this.#server = createServer({ cert: pki.serverCert, key: pki.serverKey }, async (request, response) => {
      const chunks: Buffer[] = []
      for await (const chunk of request) chunks.push(chunk as Buffer)
      const { request: review } = JSON.parse(Buffer.concat(chunks).toString()) as Review
      this.asked.push(review)
      const verdict = this.answers.get(new URL(request.url ?? '', 'https://hook').pathname)?.(review) ?? { allowed: true }
      if (verdict === 'silence') return
      const { patch, ...rest } = verdict
      const patched = patch === undefined ? {} : { patchType: 'JSONPatch', patch: Buffer.from(JSON.stringify(patch)).toString('base64') }
      response.end(
        JSON.stringify({ apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', response: { uid: review.uid, ...rest, ...patched } })
      )
    })
  }

  async listen(): Promise<number> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve))
    return (this.#server.address() as AddressInfo).port
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }
}

const MAPS = '/api/v1/namespaces/default/configmaps'
const RULE = { apiGroups: [''], apiVersions: ['v1'], resources: ['configmaps'], operations: ['CREATE', 'UPDATE', 'DELETE'] }

describe('admission webhooks', () => {
  const server = serverOfSuite()
  let hook: Hook
  let ca: string
  let port: number

  beforeAll(async () => {
    const pki = await ensurePki({ directory: undefined, addresses: ['hook.default.svc'] })
    ca = Buffer.from(pki.ca).toString('base64')
    hook = new Hook(pki)
    port = await hook.listen()
    await server.ask('POST', '/api/v1/namespaces/default/services', { metadata: { name: 'hook' }, spec: { ports: [{ port: 443 }] } })
    await server.ask('POST', '/apis/discovery.k8s.io/v1/namespaces/default/endpointslices', {
      metadata: { name: 'hook', labels: { 'kubernetes.io/service-name': 'hook' } },
      addressType: 'IPv4',
      ports: [{ port }],
      endpoints: [{ addresses: ['127.0.0.1'] }]
    })
  })
  afterAll(() => hook.close())
  afterEach(async () => {
    for (const kind of ['mutating', 'validating'])
      await server.ask('DELETE', `/apis/admissionregistration.k8s.io/v1/${kind}webhookconfigurations`)
    await server.ask('DELETE', `${MAPS}?labelSelector=hooked`)
    hook.asked.length = 0
    hook.answers.clear()
  })

  const register = (kind: 'Mutating' | 'Validating', name: string, more: object = {}) =>
    server.ask('POST', `/apis/admissionregistration.k8s.io/v1/${kind.toLowerCase()}webhookconfigurations`, {
      metadata: { name: `${name}.example.com` },
      webhooks: [
        {
          name: `${name}.example.com`,
          clientConfig: { service: { namespace: 'default', name: 'hook', path: `/${name}` }, caBundle: ca },
          rules: [RULE],
          sideEffects: 'None',
          admissionReviewVersions: ['v1'],
          objectSelector: { matchExpressions: [{ key: 'hooked', operator: 'Exists' }] },
          ...more
        }
      ]
    })
  const map = (name: string) => ({ metadata: { name, labels: { hooked: 'yes' } }, data: { a: 'b' } })

  it('lets mutating ones change an object before validating ones see it', async () => {
    hook.answers.set('/paint', () => ({ allowed: true, patch: [{ op: 'add', path: '/data/colour', value: 'red' }], warnings: ['painted'] }))
    hook.answers.set('/look', ({ object }) => ({ allowed: (object as { data: { colour?: string } }).data.colour === 'red' }))
    await register('Mutating', 'paint')
    await register('Validating', 'look')
    const answer = await server.ask('POST', MAPS, map('painted'))
    expect(answer.json.data).toEqual({ a: 'b', colour: 'red' })
    expect(answer.headers['warning']).toBe('299 - "painted"')
    expect(hook.asked.map(({ operation, userInfo }) => [operation, userInfo.username])).toEqual([
      ['CREATE', 'kubernetes-admin'],
      ['CREATE', 'kubernetes-admin']
    ])
  })

  it.each([
    [{ code: 418, message: 'no tea' }, 418, 'admission webhook "deny.example.com" denied the request: no tea'],
    [{ reason: 'Because' }, 400, 'admission webhook "deny.example.com" denied the request: Because'],
    [undefined, 400, 'admission webhook "deny.example.com" denied the request without explanation']
  ])("answers a denial with %j in the webhook's words", async (status, code, message) => {
    hook.answers.set('/deny', () => ({ allowed: false, ...(status === undefined ? {} : { status }) }))
    await register('Validating', 'deny')
    expect(await server.ask('POST', MAPS, map('denied'))).toMatchObject({ status: code, json: { message } })
    expect((await server.ask('GET', `${MAPS}/denied`)).status).toBe(404)
  })

  it('shows the old object of an update and of a deletion', async () => {
    await server.ask('POST', MAPS, map('seen'))
    await register('Validating', 'see')
    await server.ask('PATCH', `${MAPS}/seen`, { data: { a: 'c' } }, { type: 'application/merge-patch+json' })
    await server.ask('DELETE', `${MAPS}/seen`)
    const shown = hook.asked.map(({ operation, object, oldObject }) => [
      operation,
      (object as { data?: object } | null)?.data,
      (oldObject as { data?: object } | null)?.data
    ])
    expect(shown).toEqual([
      ['UPDATE', { a: 'c' }, { a: 'b' }],
      ['DELETE', undefined, { a: 'c' }]
    ])
  })

  it('asks again, once, who asked for it when somebody changed the object after it', async () => {
    hook.answers.set('/a-first', ({ object }) => ({
      allowed: true,
      patch: [{ op: 'add', path: '/data/saw', value: String('late' in (object as { data: object }).data) }]
    }))
    hook.answers.set('/b-late', () => ({ allowed: true, patch: [{ op: 'add', path: '/data/late', value: 'yes' }] }))
    await register('Mutating', 'a-first', { reinvocationPolicy: 'IfNeeded' })
    await register('Mutating', 'b-late')
    expect((await server.ask('POST', MAPS, map('again'))).json.data).toEqual({ a: 'b', late: 'yes', saw: 'true' })
    expect(hook.asked).toHaveLength(3)
  })

  it.each([
    [
      'Fail',
      500,
      /^Internal error occurred: failed calling webhook "slow\.example\.com": failed to call webhook: Post "https:\/\/hook\.default\.svc:443\/slow\?timeout=1s": context deadline exceeded$/
    ],
    ['Ignore', 201, undefined]
  ])('goes by failurePolicy %s when a webhook does not answer in time', async (failurePolicy, status, message) => {
    hook.answers.set('/slow', () => 'silence')
    await register('Validating', 'slow', { failurePolicy, timeoutSeconds: 1 })
    const answer = await server.ask('POST', MAPS, map(`slow-${failurePolicy.toLowerCase()}`))
    expect(answer.status).toBe(status)
    if (message !== undefined) expect(answer.json.message).toMatch(message)
  })

  it('says that a Service is not there', async () => {
    await register('Validating', 'lost', { clientConfig: { service: { namespace: 'default', name: 'nothing' }, caBundle: ca } })
    expect((await server.ask('POST', MAPS, map('lost'))).json.message).toContain('service "nothing" not found')
  })

  it('trusts no other authority', async () => {
    await register('Validating', 'untrusted', {
      clientConfig: { service: { namespace: 'default', name: 'hook' }, caBundle: Buffer.from(server.api.caPem).toString('base64') }
    })
    expect(await server.ask('POST', MAPS, map('untrusted'))).toMatchObject({ status: 500, json: { reason: 'InternalError' } })
    expect(hook.asked).toHaveLength(0)
  })

  it.each([
    ['another namespace', { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'other' } } }],
    ['another kind', { rules: [{ ...RULE, resources: ['secrets'] }] }],
    ['cluster-scoped objects', { rules: [{ ...RULE, scope: 'Cluster' }] }],
    ['subresources', { rules: [{ ...RULE, resources: ['configmaps/status'] }] }]
  ])('does not ask who is concerned with %s', async (_what, more) => {
    hook.answers.set('/other', () => ({ allowed: false }))
    await register('Validating', 'other', more)
    expect((await server.ask('POST', `${MAPS}?dryRun=All`, map('unasked'))).status).toBe(201)
    expect(hook.asked).toHaveLength(0)
  })

  it('asks for a wildcard, and in the version that the webhook knows', async () => {
    const versions = ['v1', 'v2'].map((name) => ({
      name,
      served: true,
      storage: name === 'v1',
      schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } }
    }))
    await server.ask('POST', '/apis/apiextensions.k8s.io/v1/customresourcedefinitions', {
      metadata: { name: 'gadgets.example.com' },
      spec: { group: 'example.com', scope: 'Namespaced', names: { plural: 'gadgets', kind: 'Gadget' }, versions }
    })
    await register('Validating', 'versions', {
      rules: [{ apiGroups: ['example.com'], apiVersions: ['v1'], resources: ['*'], operations: ['*'] }]
    })
    const gadget = { apiVersion: 'example.com/v2', kind: 'Gadget', metadata: { name: 'g', labels: { hooked: 'yes' } } }
    expect((await server.ask('POST', '/apis/example.com/v2/namespaces/default/gadgets', gadget)).json.apiVersion).toBe('example.com/v2')
    expect(hook.asked.map(({ object }) => object?.['apiVersion'])).toEqual(['example.com/v1'])
  })

  it('writes against the newest state when somebody else wrote while a webhook was asked', async () => {
    await server.ask('POST', MAPS, map('raced'))
    await register('Mutating', 'race')
    const patch = (key: string) => server.ask('PATCH', `${MAPS}/raced`, { data: { [key]: 'v' } }, { type: 'application/merge-patch+json' })
    await Promise.all(['p', 'q', 'r', 's'].map(patch))
    expect((await server.ask('GET', `${MAPS}/raced`)).json.data).toEqual({ a: 'b', p: 'v', q: 'v', r: 'v', s: 'v' })
  })

  it.each([
    ['hold', "request.operation == 'CREATE' && object.metadata.name.startsWith('cond')", 1, 201],
    ['do not hold', "object.data.a != 'b'", 0, 201],
    ['cannot be told', "object.data.nope == 'b'", 0, 403]
  ])('is asked by its match conditions: those that %s', async (_, expression, times, status) => {
    await register('Validating', 'conditions', { matchConditions: [{ name: 'one', expression }] })
    const answer = await server.ask('POST', MAPS, map('conditional'))
    expect([answer.status, hook.asked.length]).toEqual([status, times])
    if (status === 403) {
      expect(answer.json.message).toBe(
        `configmaps "conditional" is forbidden: expression '${expression}' resulted in error: no such key: nope`
      )
    }
  })

  it('with conditions that do not compile is refused; one that may fail is left out when they cannot be told', async () => {
    const broken = await register('Validating', 'broken', { matchConditions: [{ name: 'one', expression: 'object.' }] })
    expect([broken.status, broken.json.details.causes[0].field]).toEqual([422, 'webhooks[0].matchConditions[0].expression'])
    await register('Validating', 'lenient', { failurePolicy: 'Ignore', matchConditions: [{ name: 'one', expression: 'object.nope' }] })
    expect((await server.ask('POST', MAPS, map('lenient'))).status).toBe(201)
    expect(hook.asked).toEqual([])
  })
})
