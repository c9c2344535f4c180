import { describe, expect, it } from '@jest/globals'
import {
  configMaps,
  mutatingWebhookConfigurations,
  pods,
  secrets,
  validatingWebhookConfigurations,
  type ConfigMap,
  type MutatingWebhookConfiguration,
  type Secret
} from '@knative-ts/api/kubernetes'
import { ApiError } from '@knative-ts/kube'
import { eventually, fakeCluster } from '@knative-ts/testing'
import { certificateIn } from './certificates/certificate-secret.ts'
import { namespace, mutating, place, installed, start, connected, call, review, service } from './webhook.fixture.ts'

describe('the webhook', () => {
  it('makes its certificate, and tells the API server whom to ask about what', async () => {
    const cluster = fakeCluster({ objects: installed() })
    const { webhook } = await start(cluster)
    expect(webhook.unready()).toBeUndefined()
    expect(certificateIn(cluster.find<Secret>(secrets, place))).toBeDefined()
    const [defaulting] = cluster.find<MutatingWebhookConfiguration>(mutatingWebhookConfigurations, mutating)?.webhooks ?? []
    expect(defaulting).toMatchObject({ clientConfig: { service: { name: 'webhook', path: '/defaulting' } }, failurePolicy: 'Fail' })
    expect(defaulting?.rules).toContainEqual({
      operations: ['CREATE', 'UPDATE'],
      apiGroups: ['serving.knative.dev'],
      apiVersions: ['v1'],
      resources: ['services', 'services/status'],
      scope: '*'
    })
    const validating = cluster.all(validatingWebhookConfigurations)
    expect(validating.map(({ webhooks }) => webhooks?.[0]?.clientConfig.service?.path)).toEqual([
      '/config-validation',
      '/resource-validation'
    ])
    expect(validating.map(({ metadata }) => metadata.ownerReferences?.[0]?.kind)).toEqual(['Namespace', 'Namespace'])
  })

  it('fills in, judges and refuses over HTTPS', async () => {
    const cluster = fakeCluster({ objects: installed() })
    const { port } = await start(cluster)
    const agent = connected(cluster)

    const filled = await review(port, '/defaulting', agent, service())
    const patch = JSON.parse(Buffer.from(filled.patch ?? '', 'base64').toString()) as { op: string; path: string; value: unknown }[]
    expect(patch).toContainEqual({ op: 'add', path: '/spec/template/spec/timeoutSeconds', value: 300 })
    expect(patch).toContainEqual({ op: 'add', path: '/spec/template/spec/containers/0/name', value: 'user-container' })
    expect(patch.find(({ path }) => path === '/metadata/annotations')?.value).toEqual({
      'serving.knative.dev/creator': 'alice',
      'serving.knative.dev/lastModifier': 'alice'
    })

    const wrong = await review(port, '/defaulting', agent, service({ timeoutSeconds: 'x' }))
    expect(wrong.status).toMatchObject({
      code: 400,
      reason: 'BadRequest',
      message:
        'mutation failed: cannot decode incoming new object: json: cannot unmarshal string into Go struct field RevisionSpec.spec.ConfigurationSpec.template.spec.timeoutSeconds of type int64'
    })

    const refused = await review(port, '/resource-validation', agent, service({ timeoutSeconds: 601 }))
    expect(refused.status?.message).toContain('validation failed: expected 0 <= 601 <= 600: spec.template.spec.timeoutSeconds')
    expect(refused.warnings).toHaveLength(1)

    const gone = await review(port, '/resource-validation', agent, service(), { operation: 'DELETE', object: null, oldObject: service() })
    expect(gone).toMatchObject({ allowed: true })

    const stored = { apiVersion: 'serving.knative.dev/v1', kind: 'Route', metadata: { name: 'hello', namespace: 'default' }, spec: {} }
    const going = { ...stored, metadata: { ...stored.metadata, deletionTimestamp: '2030-01-01T00:00:00Z', finalizers: [] } }
    const update = { operation: 'UPDATE', oldObject: stored }
    expect(await review(port, '/resource-validation', agent, stored, update)).toMatchObject({ allowed: false })
    expect(await review(port, '/resource-validation', agent, going, update)).toMatchObject({ allowed: true })

    const unknown = await review(port, '/resource-validation', agent, { apiVersion: 'apps/v1', kind: 'Deployment', metadata: {} })
    expect(unknown.status?.message).toBe('unhandled kind: apps/v1, Kind=Deployment')

    const config = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'config-gc' }, data: { 'min-non-active-revisions': '-1' } }
    const bad = await review(port, '/config-validation', agent, config)
    expect(bad.status?.message).toBe('validation failed: min-non-active-revisions must be non-negative, was: -1')
  })

  it('follows its ConfigMaps, and keeps the last good value of one that is broken', async () => {
    const cluster = fakeCluster({ objects: installed() })
    const { port, log } = await start(cluster)
    const agent = connected(cluster)
    const long = service({ timeoutSeconds: 700 })
    expect((await review(port, '/resource-validation', agent, long)).allowed).toBe(false)
    const metadata = { name: 'config-defaults', namespace }
    const stored = cluster.put<ConfigMap>({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata,
      data: { 'max-revision-timeout-seconds': '900' }
    })
    await eventually(async () => (await review(port, '/resource-validation', agent, long)).allowed, 'the new limit')
    await cluster.client.update(configMaps, { ...stored, data: { 'max-revision-timeout-seconds': 'x' } })
    await eventually(() => log.lines.some(({ message }) => message.includes('the last good one stays')), 'the complaint')
    expect((await review(port, '/resource-validation', agent, long)).allowed).toBe(true)
  })

  it('tries the pod of a dry run, and passes the refusal on', async () => {
    const cluster = fakeCluster({ objects: installed() })
    const { port } = await start(cluster)
    const agent = connected(cluster)
    const status = {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      code: 422,
      message: 'Pod "dry-run-validationabcde" is invalid'
    } as const
    cluster.fail({ verb: 'create', resource: pods, error: new ApiError(status) })
    const tried = await review(port, '/resource-validation', agent, service(), { dryRun: true })
    expect(tried.status?.message).toBe(
      'validation callback failed: dry run failed with Pod "dry-run-validationabcde" is invalid: spec.template'
    )
    expect((await review(port, '/resource-validation', agent, service())).allowed).toBe(true)
    expect(cluster.all(pods)).toEqual([])
  })

  it('answers bad requests with what is wrong, and goes on', async () => {
    const cluster = fakeCluster({ objects: installed() })
    const { port } = await start(cluster)
    const agent = connected(cluster)
    expect((await call(port, '/defaulting', '{', agent)).status).toBe(400)
    expect((await call(port, '/defaulting', '{"kind":"Pod"}', agent)).body).toContain('expected kind AdmissionReview')
    expect((await call(port, '/nowhere', '{}', agent)).status).toBe(404)
    expect((await call(port, '/defaulting', '', agent, {}, 'GET')).status).toBe(405)
    expect((await call(port, '/defaulting', 'x', agent, { 'content-type': 'text/plain' })).status).toBe(415)
    expect((await call(port, '/defaulting', 'x'.repeat(3 * 1024 * 1024 + 1), agent)).status).toBe(413)
    expect((await call(port, '/', '', agent, { 'user-agent': 'kube-probe/1.34' }, 'GET')).status).toBe(200)
    expect((await review(port, '/defaulting', agent, service())).allowed).toBe(true)
  })

  it('serves on while it drains, and asks clients to go elsewhere', async () => {
    const cluster = fakeCluster({ objects: installed() })
    const { webhook, port } = await start(cluster, { DRAIN_QUIET_MS: '200' })
    const agent = connected(cluster)
    let drained = false
    const draining = webhook.drain().then(() => (drained = true))
    const answer = await call(port, '/', '', agent, { 'user-agent': 'kube-probe/1.34' }, 'GET')
    expect([answer.status, answer.headers['connection'], drained]).toEqual([503, 'close', false])
    expect((await review(port, '/defaulting', agent, service())).allowed).toBe(true)
    await draining
  })
})
