import { describe, expect, it } from '@jest/globals'
import type { KubeObject } from '@knative-ts/api'
import { customResourceDefinitions as definitionsOf } from '@knative-ts/api/crds'
import {
  configMaps,
  customResourceDefinitions,
  jobs,
  subjectAccessReviews,
  validatingWebhookConfigurations,
  type ConfigMap,
  type CustomResourceDefinition,
  type SubjectAccessReview
} from '@knative-ts/api/kubernetes'
import { systemObjects } from '@knative-ts/api/system'
import { ApiError } from '@knative-ts/kube'
import { eventually, fakeCluster, type FakeCluster } from '@knative-ts/testing'
import type { Agent } from 'node:https'
import { call, connected, installed, review, start } from '../webhook.fixture.ts'

const SYSTEM = 'knative-eventing'
const environment = { WEBHOOK_GROUP: 'eventing', WEBHOOK_NAME: 'eventing-webhook', SYSTEM_NAMESPACE: SYSTEM }
const mutation = 'webhook.eventing.knative.dev'

const shipped = (): KubeObject[] =>
  systemObjects({ version: '0.1.0', image: (name) => name }, 'eventing').filter(({ kind }) => kind === 'ConfigMap')

interface Scene {
  readonly cluster: FakeCluster
  readonly port: number
  readonly agent: Agent
}

async function scene(): Promise<Scene> {
  const cluster = fakeCluster({ objects: [...installed('eventing'), ...shipped(), ...definitionsOf('eventing')] })
  const { port } = await start(cluster, environment)
  return { cluster, port, agent: connected(cluster, 'eventing-webhook.knative-eventing.svc', mutation) }
}

const object = (apiVersion: string, kind: string, spec: object, metadata: object = {}): KubeObject =>
  ({ apiVersion, kind, metadata: { name: 'hello', namespace: 'default', ...metadata }, spec }) as KubeObject
const subscriber = { uri: 'http://sink.example/' }
const trigger = (spec: object = {}): KubeObject => object('eventing.knative.dev/v1', 'Trigger', { broker: 'default', subscriber, ...spec })
const container = { name: 'c', image: 'dev.local/app' }
const jobSink = object('sinks.knative.dev/v1alpha1', 'JobSink', {
  job: { metadata: { name: 'mine' }, spec: { template: { spec: { restartPolicy: 'Never', containers: [container] } } } }
})

describe('the webhook of Eventing', () => {
  it('tells the API server whom to ask about what, and who converts', async () => {
    const { cluster } = await scene()
    const paths = cluster
      .all(validatingWebhookConfigurations)
      .map(({ metadata, webhooks }) => [metadata.name, webhooks?.[0]?.clientConfig.service?.path, webhooks?.[0]?.rules?.length])
    expect(paths).toEqual([
      ['config.webhook.eventing.knative.dev', '/config-validation', 1],
      ['validation.inmemorychannel.eventing.knative.dev', '/resource-validation', 1],
      ['validation.webhook.eventing.knative.dev', '/resource-validation', 19]
    ])
    const definition = (name: string): CustomResourceDefinition | undefined =>
      cluster.find<CustomResourceDefinition>(customResourceDefinitions, { namespace: '', name })
    const client = definition('eventtypes.eventing.knative.dev')?.spec.conversion?.webhook?.clientConfig
    expect(client).toMatchObject({ service: { name: 'eventing-webhook', namespace: SYSTEM, path: '/resource-conversion' } })
    expect(Buffer.from(client?.caBundle ?? '', 'base64').toString()).toContain('BEGIN CERTIFICATE')
    expect(definition('brokers.eventing.knative.dev')?.spec.conversion).toBeUndefined()
    expect(definition('eventtypes.eventing.knative.dev')?.metadata.ownerReferences).toBeUndefined()
  })

  it('writes its trust again where a definition was applied anew', async () => {
    const { cluster } = await scene()
    const name = 'pingsources.sources.knative.dev'
    const bundle = () =>
      cluster.find<CustomResourceDefinition>(customResourceDefinitions, { namespace: '', name })?.spec.conversion?.webhook?.clientConfig
        ?.caBundle
    const fresh = definitionsOf('eventing').find(({ metadata }) => metadata.name === name)
    if (fresh === undefined) throw new Error(`no definition ${name}`)
    cluster.put(fresh)
    expect(bundle()).toBeUndefined()
    await eventually(() => bundle() !== undefined, 'the trust in the definition')
  })

  it('fills in, judges and refuses', async () => {
    const { port, agent } = await scene()
    const filled = await review(port, '/defaulting', agent, object('eventing.knative.dev/v1', 'Broker', {}))
    const patch = JSON.parse(Buffer.from(filled.patch ?? '', 'base64').toString()) as { path: string; value: unknown }[]
    expect(patch.find(({ path }) => path === '/metadata/annotations')?.value).toEqual({
      'eventing.knative.dev/broker.class': 'MTChannelBasedBroker',
      'eventing.knative.dev/creator': 'alice',
      'eventing.knative.dev/lastModifier': 'alice'
    })
    const unknown = await review(port, '/defaulting', agent, trigger({ hello: 'x' }))
    expect(unknown.status?.message).toBe('mutation failed: cannot decode incoming new object: json: unknown field "hello"')
    const refused = await review(port, '/resource-validation', agent, trigger({ broker: '' }))
    expect(refused.status?.message).toBe('validation failed: missing field(s): spec.broker')
    const config = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'config-sugar', namespace: SYSTEM },
      data: { 'namespace-selector': 'x' }
    }
    expect((await review(port, '/config-validation', agent, config)).status?.message).toContain('into Go value of type v1.LabelSelector')
    const ofServing = await review(port, '/resource-validation', agent, object('serving.knative.dev/v1', 'Service', {}))
    expect(ofServing.status?.message).toBe('unhandled kind: serving.knative.dev/v1, Kind=Service')
  })

  it('follows its ConfigMaps', async () => {
    const { cluster, port, agent } = await scene()
    const wanted = trigger({ delivery: { retryAfterMax: 'PT1S' } })
    expect((await review(port, '/resource-validation', agent, wanted)).allowed).toBe(false)
    const features = cluster.find<ConfigMap>(configMaps, { namespace: SYSTEM, name: 'config-features' })
    if (features === undefined) throw new Error('config-features is not there')
    cluster.put<ConfigMap>({ ...features, data: { 'delivery-retryafter': 'enabled' } })
    await eventually(async () => (await review(port, '/resource-validation', agent, wanted)).allowed, 'the feature')
  })

  it('tries the Job of a JobSink, and makes none', async () => {
    const { cluster, port, agent } = await scene()
    expect((await review(port, '/resource-validation', agent, jobSink)).allowed).toBe(true)
    expect(cluster.all(jobs)).toEqual([])
    const message = 'Job.batch "hello12345" is invalid: spec.parallelism: Invalid value: -1: must be greater than or equal to 0'
    const status = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', code: 422, message } as const
    cluster.fail({ verb: 'create', resource: jobs, error: new ApiError(status) })
    expect((await review(port, '/resource-validation', agent, jobSink)).status?.message).toBe(`validation failed: ${message}: spec.job`)
    // What is stored already was tried before.
    expect((await review(port, '/resource-validation', agent, jobSink, { operation: 'UPDATE', oldObject: jobSink })).allowed).toBe(true)
  })

  it('asks whether somebody may link to another namespace', async () => {
    const { cluster, port, agent } = await scene()
    const features = cluster.find<ConfigMap>(configMaps, { namespace: SYSTEM, name: 'config-features' })
    if (features === undefined) throw new Error('config-features is not there')
    cluster.put<ConfigMap>({ ...features, data: { 'cross-namespace-event-links': 'enabled' } })
    const brokerRef = { apiVersion: 'eventing.knative.dev/v1', kind: 'Broker', name: 'default', namespace: 'elsewhere' }
    const { broker: _, ...spec } = (trigger() as unknown as { spec: Record<string, unknown> }).spec
    const linked = object('eventing.knative.dev/v1', 'Trigger', { ...spec, brokerRef })
    const why = async (): Promise<string> => (await review(port, '/resource-validation', agent, linked)).status?.message ?? ''
    await eventually(async () => (await why()).includes('not authorized'), 'the feature')
    expect(await why()).toBe(
      'validation failed: user alice is not authorized to get target resource in namespace: elsewhere: spec.brokerRef.namespace'
    )
    expect(cluster.all<SubjectAccessReview>(subjectAccessReviews).at(-1)?.spec).toMatchObject({
      user: 'alice',
      resourceAttributes: {
        verb: 'knsubscribe',
        group: 'eventing.knative.dev',
        resource: 'brokers',
        namespace: 'elsewhere',
        name: 'default'
      }
    })
    // Whoever may not link may still change what is linked.
    expect((await review(port, '/resource-validation', agent, linked, { operation: 'UPDATE', oldObject: linked })).allowed).toBe(true)
  })

  it('converts, and says what it cannot', async () => {
    const { port, agent } = await scene()
    const convert = async (objects: readonly object[], desiredAPIVersion: string) => {
      const body = { apiVersion: 'apiextensions.k8s.io/v1', kind: 'ConversionReview', request: { uid: 'u-2', desiredAPIVersion, objects } }
      const answer = await call(port, '/resource-conversion', JSON.stringify(body), agent)
      return (JSON.parse(answer.body) as { response: unknown }).response
    }
    const eventType = object('eventing.knative.dev/v1beta2', 'EventType', { type: 'a', source: '/b' })
    expect(await convert([eventType], 'eventing.knative.dev/v1beta3')).toMatchObject({
      uid: 'u-2',
      result: { status: 'Success' },
      convertedObjects: [
        {
          apiVersion: 'eventing.knative.dev/v1beta3',
          metadata: eventType.metadata,
          spec: { attributes: expect.arrayContaining([{ name: 'type', required: true, value: 'a' }]) }
        }
      ]
    })
    expect(
      await convert([object('eventing.knative.dev/v1beta3', 'EventType', { attributes: 'x' })], 'eventing.knative.dev/v1beta2')
    ).toMatchObject({
      result: {
        status: 'Failure',
        message:
          'unable to unmarshal input: json: cannot unmarshal string into Go struct field EventTypeSpec.spec.attributes of type []v1beta3.EventAttributeDefinition'
      },
      convertedObjects: []
    })
    expect((await call(port, '/resource-conversion', '{"kind":"Pod"}', agent)).body).toContain('expected kind ConversionReview')
  })
})
