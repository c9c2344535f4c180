import { afterEach, describe, expect, it } from '@jest/globals'
import type { KubeObject } from '@knative-ts/api'
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
import { systemObjects } from '@knative-ts/api/system'
import { ApiError } from '@knative-ts/kube'
import { eventually, fakeCluster, keptLog, type FakeCluster } from '@knative-ts/testing'
import { Agent, request as httpsRequest } from 'node:https'
import { createWebhook, type Webhook } from './webhook.ts'
import { certificateIn, renewed, secretDataOf } from './certificates/certificate-secret.ts'
import { webhookEnvironment } from './webhook.config.ts'

const namespace = 'knative-serving'
const mutating = { namespace: '', name: 'webhook.serving.knative.dev' }
const place = { namespace, name: 'webhook-certs' }

type KeptLog = ReturnType<typeof keptLog>

interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, unknown>>
  readonly body: string
}

const running: Webhook[] = []
const agents: Agent[] = []
afterEach(async () => {
  for (const agent of agents.splice(0)) agent.destroy()
  for (const webhook of running.splice(0)) await webhook.stop()
})

const installed = (): KubeObject[] =>
  systemObjects({ version: '0.1.0', image: (role) => role }).filter(
    ({ kind }) => kind === 'Namespace' || kind.endsWith('WebhookConfiguration')
  )

async function start(
  cluster: FakeCluster,
  variables: Record<string, string> = {}
): Promise<{ webhook: Webhook; port: number; log: KeptLog }> {
  const environment = webhookEnvironment.parse({
    WEBHOOK_PORT: '0',
    WEBHOOK_HOST: '127.0.0.1',
    DRAIN_QUIET_MS: '50',
    CERTIFICATE_SETTLE_MS: '0',
    ...variables
  })
  const log = keptLog()
  const webhook = createWebhook(cluster.client, environment, log)
  running.push(webhook)
  return { webhook, log, port: await webhook.start() }
}

/** The trust that the API server was given, in PEM. */
function trustOf(cluster: FakeCluster): string {
  const configuration = cluster.find<MutatingWebhookConfiguration>(mutatingWebhookConfigurations, mutating)
  return Buffer.from(configuration?.webhooks?.[0]?.clientConfig.caBundle ?? '', 'base64').toString()
}

function connected(cluster: FakeCluster): Agent {
  const agent = new Agent({ keepAlive: true, ca: trustOf(cluster), servername: 'webhook.knative-serving.svc', maxSockets: 1 })
  agents.push(agent)
  return agent
}

function call(
  port: number,
  path: string,
  body: string,
  agent: Agent,
  headers: Record<string, string> = {},
  method = 'POST'
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const given = { 'content-type': 'application/json', ...headers }
    const request = httpsRequest({ host: '127.0.0.1', port, path, method, agent, headers: given }, (response) => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (chunk: string) => (text += chunk))
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }))
    })
    request.on('error', reject)
    request.end(method === 'POST' ? body : undefined)
  })
}

interface Response {
  readonly allowed: boolean
  readonly status?: { readonly message: string; readonly code: number; readonly reason: string }
  readonly patch?: string
  readonly warnings?: readonly string[]
}

async function review(port: number, path: string, agent: Agent, object: object, more: object = {}): Promise<Response> {
  const { apiVersion = '', kind = '' } = object as { apiVersion?: string; kind?: string }
  const [version, group = ''] = apiVersion.split('/').toReversed()
  const asked = {
    uid: 'u-1',
    kind: { group, version, kind },
    operation: 'CREATE',
    namespace: 'default',
    userInfo: { username: 'alice' },
    object,
    ...more
  }
  const answer = await call(
    port,
    path,
    JSON.stringify({ apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', request: asked }),
    agent
  )
  expect(answer.status).toBe(200)
  const { response } = JSON.parse(answer.body) as { response: Response & { uid: string } }
  expect(response.uid).toBe('u-1')
  return response
}

const service = (spec: object = {}, metadata: object = {}): KubeObject =>
  ({
    apiVersion: 'serving.knative.dev/v1',
    kind: 'Service',
    metadata: { name: 'hello', namespace: 'default', ...metadata },
    spec: {
      template: { spec: { containers: [{ image: 'dev.local/hello' }], ...spec } },
      traffic: [{ latestRevision: true, percent: 100 }]
    }
  }) as KubeObject

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

describe('certificates that replicas share', () => {
  it('are those of the replica that wrote first', async () => {
    const cluster = fakeCluster({ objects: installed() })
    const [one, two] = await Promise.all([start(cluster), start(cluster)])
    const agent = connected(cluster)
    expect((await review(one.port, '/defaulting', agent, service())).allowed).toBe(true)
    agent.destroy()
    expect((await review(two.port, '/defaulting', connected(cluster), service())).allowed).toBe(true)
  })

  it('fill a Secret that the installation left empty', async () => {
    const empty = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'webhook-certs', namespace, labels: { mine: 'yes' } } }
    const cluster = fakeCluster({ objects: [...installed(), empty] })
    await start(cluster)
    const secret = cluster.find<Secret>(secrets, place)
    expect(certificateIn(secret)).toBeDefined()
    expect(secret?.metadata.labels).toEqual({ mine: 'yes' })
  })

  it('change while connections stay open, and old trust is good until the change', async () => {
    const cluster = fakeCluster({ objects: installed() })
    const { port } = await start(cluster)
    const before = connected(cluster)
    expect((await review(port, '/defaulting', before, service())).allowed).toBe(true)
    const secret = cluster.find<Secret>(secrets, place)
    if (secret === undefined) throw new Error('no Secret')
    const next = renewed(certificateIn(secret), ['webhook.knative-serving.svc', 'webhook'], new Date())
    cluster.put({ ...secret, data: secretDataOf(next) })
    await eventually(() => trustOf(cluster) === next.caCert, 'the new trust')
    expect((await review(port, '/defaulting', before, service())).allowed).toBe(true)
    // Trusts the new authority alone: works once the new certificate is served.
    const [fresh = ''] = next.caCert.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/) ?? []
    await eventually(async () => {
      const agent = new Agent({ ca: fresh, servername: 'webhook' })
      agents.push(agent)
      return (await review(port, '/defaulting', agent, service())).allowed
    }, 'the new certificate')
    expect((await review(port, '/defaulting', before, service())).allowed).toBe(true)
  })

  it('are written again into configurations that somebody changed', async () => {
    const cluster = fakeCluster({ objects: installed() })
    await start(cluster)
    const trust = trustOf(cluster)
    const configuration = cluster.find<MutatingWebhookConfiguration>(mutatingWebhookConfigurations, mutating)
    if (configuration === undefined) throw new Error('no configuration')
    await cluster.client.update(mutatingWebhookConfigurations, {
      ...configuration,
      webhooks: (configuration.webhooks ?? []).map((webhook) => ({ ...webhook, rules: [] }))
    })
    await eventually(
      () => (cluster.find<MutatingWebhookConfiguration>(mutatingWebhookConfigurations, mutating)?.webhooks?.[0]?.rules ?? []).length > 0,
      'the rules'
    )
    expect(trustOf(cluster)).toBe(trust)
  })

  it('leave a webhook unready that nobody has installed', async () => {
    const cluster = fakeCluster({ objects: [{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } }] })
    const { webhook } = await start(cluster)
    expect(webhook.unready()).toContain('not registered in webhook.serving.knative.dev')
    for (const object of installed()) cluster.put(object)
    await eventually(() => webhook.unready() === undefined, 'the registration')
  })
})
