/** Channels, Subscriptions, flows, EventTypes, JobSinks and sugar, with a pod of the data plane on a real stream. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import {
  brokers,
  channels,
  eventTypes,
  inMemoryChannels,
  jobSinks,
  parallels,
  sequences,
  subscriptions,
  triggers,
  type KubeObject
} from '@knative-ts/api'
import { endpointSlices, namespaces, services } from '@knative-ts/api/kubernetes'
import { endpointSlice, eventually, kubeService } from '@knative-ts/testing'
import {
  aBroker,
  aChannel,
  aFrontChannel,
  aJobSink,
  anEventType,
  aParallel,
  aSequence,
  aService,
  aSubscription,
  aTrigger,
  imcRef,
  serviceRef
} from './eventing-objects.ts'
import { eventingConfigMap, eventingScene, type EventingScene } from './eventing-scene.ts'
import { watching } from './watching.ts'

const at = (name: string) => ({ namespace: 'default', name })
const beside = (apiVersion: string, kind: string, name: string) => ({ apiVersion, kind, name, namespace: 'default' })

describe('eventing', () => {
  let scene: EventingScene
  let see: ReturnType<typeof watching>
  beforeEach(async () => {
    scene = await eventingScene([aService('sink'), aService('one'), aService('two'), aService('dead')])
    see = watching(scene.cluster)
  })
  afterEach(() => scene.close())
  const { stringMatching, stringContaining } = expect

  it('tells a channel ready when a dispatcher is there that has it', async () => {
    const slice = scene.cluster.all(endpointSlices).find(({ metadata }) => metadata.name === 'imc-dispatcher-1')
    scene.cluster.put(endpointSlice({ ...(slice as object), endpoints: [] } as never))
    await scene.follow()
    await scene.cluster.client.create(inMemoryChannels, aChannel())
    expect((await see.reason(inMemoryChannels, 'hello', 'EndpointsReady', 'DispatcherEndpointsNotReady')).message).toContain(
      'imc-dispatcher'
    )
    scene.cluster.put(slice as KubeObject)
    await see.ready(inMemoryChannels, 'hello')
    scene.cluster.remove(scene.cluster.find(services, { namespace: 'knative-eventing', name: 'imc-dispatcher' }) as KubeObject)
    await see.reason(inMemoryChannels, 'hello', 'ServiceReady', 'DispatcherServiceDoesNotExist')
  })

  it('E1.9 in-memory-channel/scope: of scope namespace is kept by the one event log, like all others', async () => {
    const pod = await scene.follow()
    const scoped = aChannel()
    scoped.metadata.annotations = { ...scoped.metadata.annotations, 'eventing.knative.dev/scope': 'namespace' }
    await scene.cluster.client.create(inMemoryChannels, scoped)
    await see.ready(inMemoryChannels, 'hello')
    expect(scene.cluster.find(services, at('hello-kn-channel'))?.spec?.externalName).toBe(
      'imc-dispatcher.knative-eventing.svc.cluster.local'
    )
    expect(
      scene.cluster.all(services).filter(({ metadata }) => metadata.namespace === 'default' && metadata.name === 'imc-dispatcher')
    ).toEqual([])
    await eventually(() => pod.updates.some((update) => update.channels.some(({ key }) => key === 'default/hello')), 'the log has it')
  })

  it('serves subscribers that somebody wrote into a channel by hand', async () => {
    const pod = await scene.follow()
    const subscribers = [{ subscriberUri: 'http://a.example.com' }, { subscriberUri: 'http://b.example.com' }]
    await scene.cluster.client.create(inMemoryChannels, aChannel('hello', { subscribers }))
    await see.ready(inMemoryChannels, 'hello')
    const told = () => pod.updates.flatMap((update) => update.subscriptions).map(({ subscriber }) => subscriber?.url)
    await eventually(() => told().length === 2, 'both')
    expect(told()).toEqual(['http://a.example.com', 'http://b.example.com'])
    await eventually(() => scene.cluster.find(inMemoryChannels, at('hello'))?.status?.subscribers?.length === 2, 'both are ready')
  })

  it('leaves a Service of others alone that has the name of a channel', async () => {
    await scene.follow()
    await scene.cluster.client.create(services, kubeService({ metadata: { name: 'hello-kn-channel', namespace: 'default' } }))
    await scene.cluster.client.create(inMemoryChannels, aChannel())
    const told = await see.reason(inMemoryChannels, 'hello', 'ChannelServiceReady', 'ChannelServiceFailed')
    expect(told.message).toMatch(/^Channel Service failed: there is a Service "hello-kn-channel" that this channel does not own/)
    await scene.cluster.client.create(inMemoryChannels, aChannel('other'))
    await scene.cluster.client.create(channels, aFrontChannel('other'))
    await see.reason(channels, 'other', 'BackingChannelReady', 'ChannelFailure')
  })

  it('takes the entry of a Subscription away before it goes, and lets it go without a channel', async () => {
    const pod = await scene.follow()
    await scene.cluster.client.create(inMemoryChannels, aChannel())
    for (const name of ['a', 'b']) await scene.cluster.client.create(subscriptions, aSubscription(name))
    await Promise.all([see.ready(subscriptions, 'a'), see.ready(subscriptions, 'b')])
    const uid = scene.cluster.find(subscriptions, at('a'))?.metadata.uid ?? ''
    await scene.cluster.client.delete(subscriptions, at('a'))
    await eventually(() => scene.cluster.find(subscriptions, at('a')) === undefined, 'a is gone')
    expect(scene.cluster.find(inMemoryChannels, at('hello'))?.spec.subscribers?.map(({ name }) => name)).toEqual(['b'])
    await eventually(() => pod.updates.some(({ removedSubscriptions }) => removedSubscriptions.includes(uid)), 'the pod knows')
    await scene.cluster.client.delete(inMemoryChannels, at('hello'))
    await see.reason(subscriptions, 'b', 'ReferencesResolved', 'ChannelReferenceFailed')
    await scene.cluster.client.delete(subscriptions, at('b'))
    await eventually(() => scene.cluster.all(subscriptions).length === 0, 'b is gone')
  })

  it('lets a Subscription go whose kind of channel nobody defines any more', async () => {
    await scene.follow()
    const channel = { apiVersion: 'example.org/v1', kind: 'GoneChannel', name: 'hello' }
    await scene.cluster.client.create(subscriptions, aSubscription('hello', { channel }))
    const told = await see.reason(subscriptions, 'hello', 'ReferencesResolved', 'ChannelReferenceFailed')
    expect(told.message).toContain('there is no kind GoneChannel in example.org/v1')
    await scene.cluster.client.delete(subscriptions, at('hello'))
    await eventually(() => scene.cluster.all(subscriptions).length === 0, 'it is gone')
  })

  it.each([
    [
      'reply',
      { reply: { ref: serviceRef('nope') } },
      'ReplyResolveFailed',
      /^Failed to resolve spec\.reply: failed to get object default\/nope: services "nope" not found$/
    ],
    [
      'dead letter sink',
      { delivery: { deadLetterSink: { ref: serviceRef('nope') } } },
      'DeadLetterSinkResolveFailed',
      /^Failed to resolve spec\.delivery\.deadLetterSink: /
    ],
    [
      'address',
      { subscriber: { ref: imcRef('without-address') } },
      'SubscriberResolveFailed',
      /address not set for InMemoryChannel default\/without-address$/
    ]
  ] as const)('says which part of a Subscription leads nowhere, and goes on when it does: %s', async (_part, spec, reason, words) => {
    await scene.follow()
    scene.cluster.put({
      ...aChannel('without-address'),
      metadata: { ...aChannel('without-address').metadata, deletionTimestamp: '2030-01-01T00:00:00Z', finalizers: ['x'] }
    })
    await scene.cluster.client.create(inMemoryChannels, aChannel())
    await scene.cluster.client.create(subscriptions, aSubscription('hello', spec))
    expect((await see.reason(subscriptions, 'hello', 'ReferencesResolved', reason)).message).toMatch(words)
    await scene.cluster.client.create(services, aService('nope'))
    if (reason !== 'SubscriberResolveFailed') await see.ready(subscriptions, 'hello')
  })

  it('resolves a path beside a reference, a channel that leads on, and follows an address that changes', async () => {
    await scene.follow()
    await scene.cluster.client.create(inMemoryChannels, aChannel())
    await scene.cluster.client.create(channels, aFrontChannel('next'))
    const next = { apiVersion: 'messaging.knative.dev/v1', kind: 'Channel', name: 'next' }
    const spec = { subscriber: { ref: serviceRef('sink'), uri: '/path?q=1' }, reply: { ref: next } }
    await scene.cluster.client.create(subscriptions, aSubscription('hello', spec))
    await see.ready(subscriptions, 'hello')
    expect(scene.cluster.find(subscriptions, at('hello'))?.status?.physicalSubscription).toEqual({
      subscriberUri: 'http://sink.default.svc.cluster.local/path?q=1',
      replyUri: 'http://next-kn-channel.default.svc.cluster.local'
    })
  })

  it('takes what a channel says of delivery as a whole for a Subscription that says nothing', async () => {
    await scene.follow()
    const delivery = { retry: 4, timeout: 'PT2S', deadLetterSink: { ref: serviceRef('dead') } }
    await scene.cluster.client.create(inMemoryChannels, aChannel('hello', { delivery }))
    await scene.cluster.client.create(subscriptions, aSubscription())
    await see.ready(subscriptions, 'hello')
    const [entry] = scene.cluster.find(inMemoryChannels, at('hello'))?.spec.subscribers ?? []
    expect(entry?.delivery).toEqual({ retry: 4, timeout: 'PT2S', deadLetterSink: { uri: 'http://dead.default.svc.cluster.local' } })
  })

  it('shortens and changes a Sequence', async () => {
    await scene.follow()
    await scene.cluster.client.create(sequences, aSequence(['one', 'two', 'sink'], 'dead'))
    await see.ready(sequences, 'hello')
    const current = await scene.cluster.client.get(sequences, at('hello'))
    await scene.cluster.client.update(sequences, { ...current, spec: { ...current.spec, steps: [{ ref: serviceRef('two') }] } })
    await eventually(() => scene.cluster.all(inMemoryChannels).length === 1 && scene.cluster.all(subscriptions).length === 1, 'one step')
    await see.ready(sequences, 'hello')
    const [only] = scene.cluster.all(subscriptions)
    expect(only?.spec).toMatchObject({ subscriber: { ref: { name: 'two' } }, reply: { ref: { name: 'dead' } } })
    expect(scene.cluster.find(sequences, at('hello'))?.status?.channelStatuses).toHaveLength(1)
  })

  it('wires a Parallel: filters answer into branches, branches into replies', async () => {
    await scene.follow()
    const branches = [
      { filter: { ref: serviceRef('one') }, subscriber: { ref: serviceRef('sink') } },
      { subscriber: { ref: serviceRef('two') }, reply: { ref: serviceRef('sink') }, delivery: { retry: 1 } }
    ]
    await scene.cluster.client.create(parallels, aParallel(branches, 'dead'))
    await see.ready(parallels, 'hello')
    const spec = (name: string) => scene.cluster.find(subscriptions, at(name))?.spec
    const channel = (name: string) => ({ apiVersion: 'messaging.knative.dev/v1', kind: 'InMemoryChannel', name })
    const imc = (name: string) => beside('messaging.knative.dev/v1', 'InMemoryChannel', name)
    expect(spec('hello-kn-parallel-filter-0')).toEqual({
      channel: channel('hello-kn-parallel'),
      subscriber: { ref: serviceRef('one') },
      reply: { ref: imc('hello-kn-parallel-0') }
    })
    expect(spec('hello-kn-parallel-filter-1')).toEqual({
      channel: channel('hello-kn-parallel'),
      subscriber: { ref: imc('hello-kn-parallel-1') }
    })
    expect(spec('hello-kn-parallel-0')).toMatchObject({ subscriber: { ref: serviceRef('sink') }, reply: { ref: serviceRef('dead') } })
    expect(spec('hello-kn-parallel-1')).toEqual({
      channel: channel('hello-kn-parallel-1'),
      subscriber: { ref: serviceRef('two') },
      reply: { ref: serviceRef('sink') },
      delivery: { retry: 1 }
    })
    const { status } = scene.cluster.find(parallels, at('hello')) ?? {}
    expect(status?.address).toEqual({ url: 'http://hello-kn-parallel-kn-channel.default.svc.cluster.local' })
    expect(status?.branchStatuses).toHaveLength(2)
    const current = await scene.cluster.client.get(parallels, at('hello'))
    await scene.cluster.client.update(parallels, { ...current, spec: { ...current.spec, branches: branches.slice(1) } })
    await eventually(() => scene.cluster.all(subscriptions).length === 2 && scene.cluster.all(inMemoryChannels).length === 2, 'one branch')
  })

  it('looks whether what an EventType refers to exists', async () => {
    await scene.follow()
    await scene.cluster.client.create(eventTypes, anEventType(beside('eventing.knative.dev/v1', 'Broker', 'default')))
    await see.reason(eventTypes, 'hello', 'ReferenceExists', 'ResourceDoesNotExist')
    await scene.cluster.client.create(brokers, aBroker())
    await see.ready(eventTypes, 'hello')
    await scene.cluster.client.create(eventTypes, { ...anEventType(), metadata: { name: 'free', namespace: 'default' } })
    await see.reason(eventTypes, 'free', 'ReferenceExists', 'ReferenceNotSet')
    const nowhere = beside('nope.example.org/v1', 'Nope', 'x')
    await scene.cluster.client.create(eventTypes, { ...anEventType(nowhere), metadata: { name: 'lost', namespace: 'default' } })
    expect(await see.reason(eventTypes, 'lost', 'ReferenceExists', 'ReferenceGetFailed')).toMatchObject({
      status: 'Unknown',
      message: stringContaining('there is no kind Nope in nope.example.org/v1')
    })
  })

  it('tells a JobSink ready when a job sink has it', async () => {
    const pod = await scene.follow({ acknowledges: false })
    await scene.cluster.client.create(jobSinks, aJobSink())
    expect((await see.reason(jobSinks, 'hello', 'Addressable', 'JobSinkNotUpdated')).message).toEqual(
      stringMatching(/knative-eventing\/job-sink/)
    )
    await eventually(() => pod.updates.some((update) => update.jobSinks.some(({ key }) => key === 'default/hello')), 'the pod has it')
    pod.acknowledges = true
    pod.acknowledge()
    await see.ready(jobSinks, 'hello')
  })

  it('makes Brokers for namespaces and Triggers that config-sugar selects, and no others', async () => {
    await scene.follow()
    const namespace = (name: string, labels: Record<string, string>) =>
      ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } }) as never
    await scene.cluster.client.create(namespaces, namespace('chosen', { events: 'yes' }))
    await scene.cluster.client.create(namespaces, namespace('other', {}))
    await scene.cluster.client.create(triggers, aTrigger('auto', { broker: 'made' }, { labels: { broker: 'please' } }))
    const unwanted = { labels: { broker: 'please' }, annotations: { 'eventing.knative.dev/injection': 'disabled' } }
    await scene.cluster.client.create(triggers, aTrigger('unwanted', { broker: 'unmade' }, unwanted))
    scene.cluster.put(
      eventingConfigMap('config-sugar', {
        'namespace-selector': 'matchExpressions:\n- key: events\n  operator: In\n  values: ["yes"]\n',
        'trigger-selector': 'matchLabels:\n  broker: please\n'
      })
    )
    const made = await eventually(() => scene.cluster.find(brokers, { namespace: 'chosen', name: 'default' }), 'a Broker')
    expect(made.metadata.labels).toEqual({ 'eventing.knative.dev/injected': 'true' })
    await eventually(() => scene.cluster.find(brokers, at('made')), 'a Broker for the Trigger')
    await scene.cluster.client.delete(brokers, { namespace: 'chosen', name: 'default' })
    await eventually(() => scene.cluster.find(brokers, { namespace: 'chosen', name: 'default' }), 'a Broker again')
    expect(scene.cluster.all(brokers).map(({ metadata }) => `${metadata.namespace}/${metadata.name}`)).toEqual([
      'chosen/default',
      'default/made'
    ])
  })

  it('does not pretend to have what config-features asks for and it has not', async () => {
    await scene.follow()
    await scene.cluster.client.create(inMemoryChannels, aChannel())
    await see.ready(inMemoryChannels, 'hello')
    scene.cluster.put(eventingConfigMap('config-features', { 'authentication-oidc': 'enabled' }))
    await see.reason(inMemoryChannels, 'hello', 'EventPoliciesReady', 'OIDCNotSupported')
    scene.cluster.put(eventingConfigMap('config-features', {}))
    expect(await see.ready(inMemoryChannels, 'hello')).toBe(true)
  })

  it('resolves mapped kinds by their template while kreference-mapping is on', async () => {
    await scene.follow()
    scene.cluster.put(
      eventingConfigMap('config-kreference-mapping', { 'Gadget.v1.example.org': 'http://{{ .Name }}.{{ .Namespace }}.gadgets' })
    )
    scene.cluster.put(eventingConfigMap('config-features', { 'kreference-mapping': 'enabled' }))
    await scene.cluster.client.create(inMemoryChannels, aChannel())
    const spec = { subscriber: { ref: beside('example.org/v1', 'Gadget', 'g') } }
    await scene.cluster.client.create(subscriptions, aSubscription('hello', spec))
    await see.ready(subscriptions, 'hello')
    expect(scene.cluster.find(subscriptions, at('hello'))?.status?.physicalSubscription?.subscriberUri).toBe('http://g.default.gadgets')
  })
})
