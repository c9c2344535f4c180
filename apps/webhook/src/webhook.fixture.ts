/** Webhooks over a fake cluster, and the API server that asks them, for specs. What a test starts ends with it. */
import { afterEach, expect } from '@jest/globals'
import type { KubeObject } from '@knative-ts/api'
import { mutatingWebhookConfigurations, type MutatingWebhookConfiguration } from '@knative-ts/api/kubernetes'
import { systemObjects, type PartName } from '@knative-ts/api/system'
import { keptLog, type FakeCluster } from '@knative-ts/testing'
import { Agent, request as httpsRequest } from 'node:https'
import { createWebhook, type Webhook } from './webhook.ts'
import { webhookEnvironment } from './webhook.config.ts'

export const namespace = 'knative-serving'
export const mutating = { namespace: '', name: 'webhook.serving.knative.dev' }
export const place = { namespace, name: 'webhook-certs' }

type KeptLog = ReturnType<typeof keptLog>

export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, unknown>>
  readonly body: string
}

const running: Webhook[] = []
export const agents: Agent[] = []
afterEach(async () => {
  for (const agent of agents.splice(0)) agent.destroy()
  for (const webhook of running.splice(0)) await webhook.stop()
})

export const installed = (part: PartName = 'serving'): KubeObject[] =>
  systemObjects({ version: '0.1.0', image: (role) => role }, part).filter(
    ({ kind }) => kind === 'Namespace' || kind.endsWith('WebhookConfiguration')
  )

export async function start(
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
export function trustOf(cluster: FakeCluster, name = mutating.name): string {
  const configuration = cluster.find<MutatingWebhookConfiguration>(mutatingWebhookConfigurations, { namespace: '', name })
  return Buffer.from(configuration?.webhooks?.[0]?.clientConfig.caBundle ?? '', 'base64').toString()
}

export function connected(cluster: FakeCluster, servername = 'webhook.knative-serving.svc', name = mutating.name): Agent {
  const agent = new Agent({ keepAlive: true, ca: trustOf(cluster, name), servername, maxSockets: 1 })
  agents.push(agent)
  return agent
}

export function call(
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

export interface Response {
  readonly allowed: boolean
  readonly status?: { readonly message: string; readonly code: number; readonly reason: string }
  readonly patch?: string
  readonly warnings?: readonly string[]
}

export async function review(port: number, path: string, agent: Agent, object: object, more: object = {}): Promise<Response> {
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

export const service = (spec: object = {}, metadata: object = {}): KubeObject =>
  ({
    apiVersion: 'serving.knative.dev/v1',
    kind: 'Service',
    metadata: { name: 'hello', namespace: 'default', ...metadata },
    spec: {
      template: { spec: { containers: [{ image: 'dev.local/hello' }], ...spec } },
      traffic: [{ latestRevision: true, percent: 100 }]
    }
  }) as KubeObject
