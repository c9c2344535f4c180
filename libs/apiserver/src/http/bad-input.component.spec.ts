import { beforeAll, describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { serverOfSuite } from '../suite-server.fixture.ts'
import type { Answered } from '../test-server.ts'

const MAPS = '/api/v1/namespaces/default/configmaps'
const PODS = '/api/v1/namespaces/default/pods'
const RUNS = { numRuns: 150 }

/** Whatever comes in: an answer of Kubernetes' own kind, and never a defect of the server. */
function isOrderly({ status, json, text }: Answered): void {
  expect(status).toBeGreaterThanOrEqual(200)
  expect(`${status} ${text}`).not.toMatch(/^500 .*"reason":"InternalError"/)
  if (status >= 400) expect(json).toMatchObject({ kind: 'Status', status: 'Failure', code: status })
}

describe('bad input', () => {
  const server = serverOfSuite()
  beforeAll(async () => {
    await server.ask('POST', MAPS, { metadata: { name: 'target' }, data: { a: 'b' } })
    await server.ask('POST', '/apis/apps/v1/namespaces/default/deployments', {
      metadata: { name: 'target' },
      spec: {
        selector: { matchLabels: { a: 'b' } },
        template: { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'c', image: 'i' }] } }
      }
    })
  })

  const bodies = fc.oneof(
    fc.string(),
    fc.json(),
    fc.jsonValue().map((value) => JSON.stringify({ metadata: value })),
    fc.jsonValue().map((value) => JSON.stringify({ metadata: { name: 'x' }, data: value }))
  )

  it.each(['application/json', 'application/yaml'])('as %s is answered, not stumbled over', async (type) => {
    await fc.assert(
      fc.asyncProperty(bodies, async (body) => isOrderly(await server.ask('POST', `${MAPS}?dryRun=All`, body, { type }))),
      RUNS
    )
  })

  it('as protobuf is answered', async () => {
    const bytes = fc.uint8Array({ maxLength: 200 }).map((tail) => Buffer.concat([Buffer.from('k8s\0'), tail]))
    await fc.assert(
      fc.asyncProperty(bytes, async (body) =>
        isOrderly(await server.ask('POST', `${MAPS}?dryRun=All`, body, { type: 'application/vnd.kubernetes.protobuf' }))
      ),
      RUNS
    )
  })

  it('in the members of a pod is answered', async () => {
    const spec = fc.record(
      {
        containers: fc.oneof(
          fc.jsonValue(),
          fc.array(
            fc.dictionary(fc.constantFrom('name', 'image', 'ports', 'env', 'resources', 'livenessProbe', 'volumeMounts'), fc.jsonValue())
          )
        ),
        volumes: fc.jsonValue(),
        tolerations: fc.jsonValue(),
        nodeSelector: fc.jsonValue()
      },
      { requiredKeys: [] }
    )
    await fc.assert(
      fc.asyncProperty(spec, async (value) =>
        isOrderly(await server.ask('POST', `${PODS}?dryRun=All`, { metadata: { name: 'p' }, spec: value }))
      ),
      RUNS
    )
  })

  it.each([
    'application/json-patch+json',
    'application/merge-patch+json',
    'application/strategic-merge-patch+json',
    'application/apply-patch+yaml'
  ])('as a patch in %s is answered', async (type) => {
    const operations = fc.array(
      fc.record(
        {
          op: fc.constantFrom('add', 'remove', 'replace', 'move', 'copy', 'test', 'dance'),
          path: fc.oneof(fc.string(), fc.constantFrom('/data/a', '/metadata', '/data/-', '')),
          value: fc.jsonValue(),
          from: fc.string()
        },
        { requiredKeys: [] }
      )
    )
    const body = fc.oneof(
      bodies,
      operations.map((list) => JSON.stringify(list))
    )
    await fc.assert(
      fc.asyncProperty(body, fc.constantFrom(`${MAPS}/target`, '/apis/apps/v1/namespaces/default/deployments/target'), async (text, path) =>
        isOrderly(
          await server.ask(
            'PATCH',
            `${path}?dryRun=All&fieldManager=m`.replace('&fieldManager=m', type.includes('apply') ? '&fieldManager=m' : ''),
            text,
            { type }
          )
        )
      ),
      RUNS
    )
  })

  it('in selectors, continue tokens and versions is answered', async () => {
    const parameter = fc.constantFrom(
      'labelSelector',
      'fieldSelector',
      'continue',
      'resourceVersion',
      'limit',
      'resourceVersionMatch',
      'sendInitialEvents'
    )
    const text = fc.oneof(fc.string(), fc.stringMatching(/^[a-z=!,()<> \\]{0,20}$/))
    await fc.assert(
      fc.asyncProperty(parameter, text, async (name, value) =>
        isOrderly(await server.ask('GET', `${MAPS}?${name}=${encodeURIComponent(value)}`))
      ),
      { numRuns: 400 }
    )
  })

  it('in paths is answered', async () => {
    const path = fc
      .array(
        fc.constantFrom('api', 'apis', 'v1', 'apps', 'namespaces', 'default', 'pods', 'status', '%', '%2e', '', 'watch', 'scale', '..'),
        { maxLength: 8 }
      )
      .map((parts) => `/${parts.join('/')}`)
    await fc.assert(
      fc.asyncProperty(fc.constantFrom('GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'), path, async (method, at) => {
        const answer = await server.ask(method, `${at}?dryRun=All`, method === 'GET' ? undefined : '{}')
        if (answer.headers['content-type']?.startsWith('application/json') === true) isOrderly(answer)
        else expect([200, 404]).toContain(answer.status)
      }),
      { numRuns: 300 }
    )
  })

  it('that is nested too deeply, or too long, is refused with its reason', async () => {
    expect((await server.ask('POST', MAPS, '['.repeat(5000) + ']'.repeat(5000))).status).toBe(400)
    expect((await server.ask('POST', MAPS, { metadata: { name: 'long' }, data: { a: 'x'.repeat(3_300_000) } })).json).toMatchObject({
      code: 413,
      reason: 'RequestEntityTooLarge'
    })
    expect((await server.ask('POST', MAPS, 'no gzip', { headers: { 'content-encoding': 'gzip' } })).status).toBe(400)
  })
  it('takes no member of every object for one of its own tables', async () => {
    const secret = await server.ask('POST', '/api/v1/namespaces/default/secrets', { metadata: { name: 'odd' }, type: 'constructor' })
    expect(secret.status).toBe(201)
    await server.ask('POST', '/api/v1/namespaces/default/serviceaccounts', { metadata: { name: 'default' } })
    const spec = { priorityClassName: 'constructor', containers: [{ name: 'c', image: 'x' }] }
    const pod = await server.ask('POST', '/api/v1/namespaces/default/pods', { metadata: { name: 'odd' }, spec })
    expect([pod.status, pod.json.message]).toEqual([403, 'pods "odd" is forbidden: no PriorityClass with name constructor was found'])
    const query = 'fieldValidation=Warn'
    const warned = await server.ask('POST', `/api/v1/namespaces/default/configmaps?${query}`, { metadata: { name: 'odd' }, '\u0001': 1 })
    expect([warned.status, warned.headers['warning']]).toEqual([201, '299 - "unknown field \\"\\\\u0001\\""'])
  })
})
