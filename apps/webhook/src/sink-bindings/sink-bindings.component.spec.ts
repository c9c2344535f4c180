/** The webhook of Eventing on a fake cluster: whom the API server asks about subjects, and what it is told. */
import { expect, it } from '@jest/globals'
import type { KubeObject, SinkBinding } from '@knative-ts/api'
import { mutatingWebhookConfigurations, type MutatingWebhookConfiguration } from '@knative-ts/api/kubernetes'
import { systemObjects } from '@knative-ts/api/system'
import { eventually, fakeCluster, type FakeCluster } from '@knative-ts/testing'
import { agents, review, start } from '../webhook.fixture.ts'
import { Agent } from 'node:https'

const name = 'sinkbindings.webhook.sources.knative.dev'
const binding = (kind: string, subject: string): SinkBinding =>
  ({
    apiVersion: 'sources.knative.dev/v1',
    kind: 'SinkBinding',
    metadata: { name: subject, namespace: 'default' },
    spec: { sink: { uri: 'http://x' }, subject: { apiVersion: 'apps/v1', kind, namespace: 'default', name: subject } },
    status: { sinkUri: 'http://sink' }
  }) as SinkBinding
const deployment = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'hello', namespace: 'default' },
  spec: { template: { spec: { containers: [{ name: 'c' }] } } }
} as KubeObject

const started = async (objects: KubeObject[], variables: Record<string, string> = {}) => {
  const installed = systemObjects({ version: '0.1.0', image: (role) => role }, 'eventing').filter(
    ({ kind }) => kind === 'Namespace' || kind.endsWith('WebhookConfiguration') || kind === 'CustomResourceDefinition'
  )
  const cluster = fakeCluster({ objects: [...installed, ...objects] })
  const own = { WEBHOOK_GROUP: 'eventing', SYSTEM_NAMESPACE: 'knative-eventing', WEBHOOK_NAME: 'eventing-webhook', ...variables }
  return { cluster, ...(await start(cluster, own)) }
}
const registered = (cluster: FakeCluster) =>
  cluster.find<MutatingWebhookConfiguration>(mutatingWebhookConfigurations, { namespace: '', name })?.webhooks?.[0]

it('nobody is asked before there is a binding, then about the kinds that bindings speak of', async () => {
  const { cluster } = await started([])
  await eventually(() => registered(cluster)?.clientConfig.service?.path === '/sinkbindings', 'a path')
  expect(registered(cluster)?.rules).toEqual([])
  cluster.put(binding('Deployment', 'hello'))
  await eventually(() => registered(cluster)?.rules?.[0]?.resources?.[0] === 'deployments', 'a rule')
  cluster.put(binding('StatefulSet', 'other'))
  await eventually(() => registered(cluster)?.rules?.length === 2, 'another rule')
  cluster.remove(binding('Deployment', 'hello'))
  await eventually(
    () =>
      registered(cluster)
        ?.rules?.map(({ resources }) => resources?.[0])
        .join() === 'statefulsets',
    'one rule less'
  )
  expect(registered(cluster)?.namespaceSelector).toEqual({
    matchExpressions: [{ key: 'bindings.knative.dev/exclude', operator: 'NotIn', values: ['true'] }]
  })
})

it('a subject is told its sink over HTTPS', async () => {
  const { cluster, port } = await started([binding('Deployment', 'hello')])
  const ca = Buffer.from(registered(cluster)?.clientConfig.caBundle ?? '', 'base64').toString()
  const agent = new Agent({ ca, servername: 'eventing-webhook.knative-eventing.svc' })
  agents.push(agent)
  const { allowed, patch = '' } = await review(port, '/sinkbindings', agent, deployment as never)
  expect(allowed).toBe(true)
  expect(JSON.parse(Buffer.from(patch, 'base64').toString())).toContainEqual({
    op: 'add',
    path: '/spec/template/spec/containers/0/env',
    value: [{ name: 'K_SINK', value: 'http://sink' }, { name: 'K_CE_OVERRIDES' }]
  })
})

it('in mode inclusion only what is included by a label is asked about', async () => {
  const { cluster } = await started([binding('Deployment', 'hello')], { SINK_BINDING_SELECTION_MODE: 'inclusion' })
  const included = { matchExpressions: [{ key: 'bindings.knative.dev/include', operator: 'In', values: ['true'] }] }
  await eventually(() => registered(cluster)?.rules?.length === 1, 'a rule')
  expect(registered(cluster)).toMatchObject({ namespaceSelector: included, objectSelector: included })
})
