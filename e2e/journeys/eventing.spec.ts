/**
 * Eventing as its users see it: Brokers and Triggers, Channels and Subscriptions, flows, sources and sinks. On standalone and on any cluster.
 * Long, because a platform with both parts takes seconds to come up, and each kind wants one journey on it.
 */
import { beforeAll, describe, expect, it } from '@jest/globals'
import {
  apiServerSources,
  brokers,
  channels,
  containerSources,
  eventTypes,
  inMemoryChannels,
  jobSinks,
  knativeServices,
  parallels,
  pingSources,
  sequences,
  sinkBindings,
  subscriptions,
  triggers
} from '@knative-ts/api'
import { configMaps, deployments, jobs, type Job } from '@knative-ts/api/kubernetes'
import { applyObject } from '../rig/apply-yaml.ts'
import { eventingUser, type EventingUser, type Received } from '../rig/eventing-user.ts'
import { foreignChannels, installForeignChannels } from '../rig/foreign-channels.ts'
import { imageOf } from '../rig/installation.ts'
import { usePlatform } from '../rig/platform.ts'
import { until } from '../rig/until.ts'

const platform = usePlatform('eventing', { eventing: true })
let user: EventingUser

const eventing = 'eventing.knative.dev/v1'
const messaging = 'messaging.knative.dev/v1'
const service = (name: string) => ({ ref: { apiVersion: 'v1', kind: 'Service', name } })
const made = (apiVersion: string, kind: string, name: string, spec: object, annotations?: object) => ({
  apiVersion,
  kind,
  metadata: { name, ...(annotations === undefined ? {} : { annotations }) },
  spec
})
const trigger = (name: string, broker: string, spec: object) => made(eventing, 'Trigger', name, { broker, ...spec })
const typeOf = ({ headers }: Received): string => headers['ce-type'] ?? ''
const idOf = ({ headers }: Received): string => headers['ce-id'] ?? ''
const addressOf = (object: { readonly status?: { readonly address?: { readonly url?: string } } }): string =>
  object.status?.address?.url ?? ''

beforeAll(() => {
  user = eventingUser(platform.client, platform.namespace)
})

describe('a Broker', () => {
  let url: string

  beforeAll(async () => {
    await user.apply(made(eventing, 'Broker', 'main', {}))
    await Promise.all([user.recorder('all'), user.recorder('some')])
    await user.apply(
      trigger('everything', 'main', { subscriber: service('all') }),
      trigger('orders', 'main', { filter: { attributes: { type: 'shop.order' } }, subscriber: service('some') })
    )
    url = addressOf(await user.ready(brokers, 'main'))
    await Promise.all(['everything', 'orders'].map((name) => user.ready(triggers, name)))
  }, 400_000)

  it('S150 has the address that its class promises', () =>
    expect(url).toBe(`http://broker-ingress.knative-eventing.svc.cluster.local/${platform.namespace}/main`))

  it('S058 S151 S143 gives each Trigger exactly what it asks for, as it was sent', async () => {
    const order = await user.post(url, {
      type: 'shop.order',
      data: '{"n": 1}',
      contentType: 'application/json',
      extensions: { tenant: 'a' }
    })
    const other = await user.post(url, { type: 'shop.visit' })
    expect([order.status, order.body, other.status]).toEqual([202, '', 202])
    await user.arrived('all', 2, (one) => [order.id, other.id].includes(idOf(one)))
    const [got] = await user.arrived('some', 1)
    expect(got).toMatchObject({
      body: '{"n": 1}',
      headers: {
        'content-type': 'application/json',
        'ce-specversion': '1.0',
        'ce-type': 'shop.order',
        'ce-source': '/e2e',
        'ce-tenant': 'a',
        prefer: 'reply',
        'kn-namespace': platform.namespace
      }
    })
    expect(got?.headers).toHaveProperty('ce-knativearrivaltime')
    expect(got?.headers).not.toHaveProperty('ce-knativebrokerttl')
    expect((await user.received('some')).map(typeOf)).toEqual(['shop.order'])
  })

  it.each([
    ['no event', { type: '' }, '', 400],
    ['an unknown Broker', { type: 'a' }, '-unknown', 404]
  ])('answers %s with what is wrong', async (_, event, suffix, status) =>
    expect((await user.post(url + suffix, event)).status).toBe(status)
  )

  it('S008 S061 S077 wakes a Service from zero, and its reply goes to whom it concerns', async () => {
    const zero = { 'autoscaling.knative.dev/initial-scale': '0', 'autoscaling.knative.dev/window': '6s' }
    await platform.configure('config-autoscaler', { 'allow-zero-initial-scale': 'true' })
    await platform.user.deploy({ name: 'greeter', image: imageOf('event-greeter'), annotations: zero })
    await user.recorder('greetings')
    await user.apply(
      trigger('persons', 'main', {
        filters: [{ exact: { type: 'dev.example.person' } }],
        subscriber: { ref: { apiVersion: 'serving.knative.dev/v1', kind: 'Service', name: 'greeter' } }
      }),
      trigger('greetings', 'main', { filters: [{ cesql: "type = 'dev.example.greeting'" }], subscriber: service('greetings') })
    )
    await Promise.all(['persons', 'greetings'].map((name) => user.ready(triggers, name)))
    const { status } = await user.post(url, { type: 'dev.example.person', data: '{"name":"Ada"}', contentType: 'application/json' })
    expect(status).toBe(202)
    const [greeting] = await user.arrived('greetings', 1, undefined, 120_000)
    expect(greeting?.body).toBe('{"greeting":"Hello Ada!"}')
    expect((await platform.client.get(knativeServices, { namespace: platform.namespace, name: 'greeter' })).metadata.name).toBe('greeter')
  }, 300_000)

  it('S059 tries again as delivery says, until it is taken', async () => {
    await user.recorder('stubborn', { FAIL_FIRST: '2' })
    const delivery = { retry: 3, backoffPolicy: 'exponential', backoffDelay: 'PT0.5S' }
    await user.apply(
      trigger('stubborn', 'main', { filter: { attributes: { type: 'try.again' } }, subscriber: service('stubborn'), delivery })
    )
    await user.ready(triggers, 'stubborn')
    const { id } = await user.post(url, { type: 'try.again' })
    const attempts = await user.arrived('stubborn', 3, (one) => idOf(one) === id)
    expect(attempts.map(({ attempt }) => attempt)).toEqual([1, 2, 3])
    const [first = 0, second = 0, third = 0] = attempts.map(({ at }) => at)
    // The schedule is a lower bound: 0.5 s, then 1 s.
    expect(second - first).toBeGreaterThanOrEqual(490)
    expect(third - second).toBeGreaterThanOrEqual(990)
  }, 120_000)

  it('S060 gives what cannot be delivered to the dead letter sink, with the reason', async () => {
    await Promise.all([user.recorder('refusing', { ANSWER_STATUS: '422' }), user.recorder('dead')])
    const delivery = { retry: 1, backoffPolicy: 'linear', backoffDelay: 'PT0.1S', deadLetterSink: service('dead') }
    await user.apply(
      trigger('refused', 'main', { filter: { attributes: { type: 'never.taken' } }, subscriber: service('refusing'), delivery })
    )
    await user.ready(triggers, 'refused')
    const { id } = await user.post(url, { type: 'never.taken', data: 'kept' })
    const [letter] = await user.arrived('dead', 1, (one) => idOf(one) === id)
    expect(letter).toMatchObject({
      body: 'kept',
      headers: {
        'ce-type': 'never.taken',
        'ce-knativeerrorcode': '422',
        'ce-knativeerrordata': Buffer.from('no').toString('base64')
      }
    })
    expect(letter?.headers['ce-knativeerrordest']).toMatch(new RegExp(`^http://refusing\\.${platform.namespace}\\.svc\\.cluster\\.local`))
  }, 120_000)

  it('S153 makes EventTypes of what comes, when it is told to', async () => {
    await platform.configure('knative-eventing/config-features', { 'eventtype-auto-create': 'enabled' })
    const type = 'registered.once'
    const known = async () => {
      await user.post(url, { type })
      const { items } = await platform.client.list(eventTypes, { namespace: platform.namespace })
      return items.some(({ spec }) => spec.type === type)
    }
    expect(await until('the type is registered', known, 60_000, 500)).toBe(true)
  }, 90_000)
})

describe('a Trigger', () => {
  it('says that there is no Broker, and is Ready when there is one', async () => {
    await user.recorder('late')
    await user.apply(trigger('early', 'late', { subscriber: service('late') }))
    const waiting = await until('it says so', async () => {
      const { status } = await platform.client.get(triggers, { namespace: platform.namespace, name: 'early' })
      return status?.conditions?.find(({ type, status: state }) => type === 'Ready' && state !== 'True' && state !== 'Unknown')
    })
    expect(waiting).toMatchObject({ reason: 'BrokerDoesNotExist' })
    await user.apply(made(eventing, 'Broker', 'late', {}))
    await user.ready(triggers, 'early')
  }, 240_000)

  it('may belong to a Broker of another namespace, when that is switched on', async () => {
    await platform.configure('knative-eventing/config-features', { 'cross-namespace-event-links': 'enabled' })
    const { metadata } = await platform.client.get(brokers, { namespace: platform.namespace, name: 'late' })
    const linked = {
      apiVersion: eventing,
      kind: 'Trigger',
      metadata: { name: `linked-${platform.namespace}`, namespace: 'default' },
      spec: {
        brokerRef: { apiVersion: eventing, kind: 'Broker', name: 'late', namespace: metadata.namespace },
        subscriber: { ref: { apiVersion: 'v1', kind: 'Service', name: 'late', namespace: metadata.namespace } }
      }
    }
    try {
      // The webhook learns of the switch in its own time.
      await until('the webhook allows it', async () => (await applyObject(platform.client, linked)).status < 300)
      await eventingUser(platform.client, 'default').ready(triggers, linked.metadata.name)
    } finally {
      await platform.client.delete(triggers, linked.metadata)
    }
  }, 240_000)

  it('cannot move to another Broker', async () => {
    const patch = { type: 'merge' as const, body: { spec: { broker: 'other' } } }
    await expect(platform.client.patch(triggers, { namespace: platform.namespace, name: 'early' }, patch)).rejects.toThrow(
      'Immutable fields changed'
    )
  })
})

describe('S127 S146 S157 a subscriber that is away', () => {
  it('gets what came meanwhile when it is back', async () => {
    await user.recorder('away')
    await user.apply(
      made(messaging, 'Channel', 'kept', {}),
      made(messaging, 'Subscription', 'kept', {
        channel: { apiVersion: messaging, kind: 'Channel', name: 'kept' },
        subscriber: service('away'),
        delivery: { retry: 200, backoffPolicy: 'linear', backoffDelay: 'PT0.01S' }
      })
    )
    const url = addressOf(await user.ready(channels, 'kept'))
    await user.ready(subscriptions, 'kept')
    const scale = (replicas: number) =>
      platform.client.patch(deployments, { namespace: platform.namespace, name: 'away' }, { type: 'merge', body: { spec: { replicas } } })
    await scale(0)
    await until('it is gone', async () => {
      const { status } = await platform.client.get(deployments, { namespace: platform.namespace, name: 'away' })
      return (status?.replicas ?? 0) === 0
    })
    const posted = await Promise.all(Array.from({ length: 20 }, () => user.post(url, { type: 'kept' })))
    expect(new Set(posted.map(({ status }) => status))).toEqual(new Set([202]))
    await scale(1)
    const ids = posted.map(({ id }) => id)
    await until(
      'all have come',
      async () => {
        const there = new Set((await user.received('away')).map(idOf))
        return ids.every((id) => there.has(id))
      },
      120_000,
      500
    )
  }, 300_000)
})

describe('a channel', () => {
  it('S156 S147 fans out to its Subscriptions, and passes replies on', async () => {
    await Promise.all([user.recorder('one'), user.recorder('two', { REPLY_TYPE: 'answered', APPEND: '!' }), user.recorder('replies')])
    const subscription = (name: string, more: object = {}) =>
      made(messaging, 'Subscription', name, {
        channel: { apiVersion: messaging, kind: 'InMemoryChannel', name: 'fan' },
        subscriber: service(name),
        ...more
      })
    await user.apply(made(messaging, 'InMemoryChannel', 'fan', {}), subscription('one'), subscription('two', { reply: service('replies') }))
    const url = addressOf(await user.ready(inMemoryChannels, 'fan'))
    await Promise.all(['one', 'two'].map((name) => user.ready(subscriptions, name)))
    const { id, status } = await user.post(url, { type: 'asked', data: 'hello' })
    expect(status).toBe(202)
    await Promise.all(['one', 'two'].map((name) => user.arrived(name, 1, (one) => idOf(one) === id)))
    const [reply] = await user.arrived('replies', 1)
    expect([reply?.body, reply && typeOf(reply)]).toEqual(['hello!', 'answered'])
  }, 240_000)

  it('S149 S158 in a row are a Sequence', async () => {
    await Promise.all([
      ...['a', 'b', 'c'].map((letter) => user.recorder(`step-${letter}`, { REPLY_TYPE: `step.${letter}`, APPEND: letter })),
      user.recorder('end')
    ])
    await user.apply(
      made('flows.knative.dev/v1', 'Sequence', 'letters', {
        steps: ['a', 'b', 'c'].map((letter) => service(`step-${letter}`)),
        reply: service('end')
      })
    )
    const url = addressOf(await user.ready(sequences, 'letters'))
    await user.post(url, { type: 'begin' })
    const [end] = await user.arrived('end', 1)
    expect([end?.body, end && typeOf(end)]).toEqual(['abc', 'step.c'])
    const { items } = await platform.client.list(inMemoryChannels, { namespace: platform.namespace })
    const own = items.filter(({ metadata }) => metadata.ownerReferences?.some(({ kind }) => kind === 'Sequence'))
    expect(own.map(({ metadata }) => metadata.name).toSorted()).toEqual([0, 1, 2].map((step) => `letters-kn-sequence-${step}`))
  }, 240_000)

  it('S148 S094 beside each other are a Parallel', async () => {
    await Promise.all([
      user.recorder('only-x', { REPLY_TYPE: 'x', WHEN: 'x' }),
      user.recorder('with-x', { REPLY_TYPE: 'done.x', APPEND: '+' }),
      user.recorder('always', { REPLY_TYPE: 'done.always' }),
      user.recorder('results')
    ])
    await user.apply(
      made('flows.knative.dev/v1', 'Parallel', 'ways', {
        branches: [{ filter: service('only-x'), subscriber: service('with-x') }, { subscriber: service('always') }],
        reply: service('results')
      })
    )
    const url = addressOf(await user.ready(parallels, 'ways'))
    await user.post(url, { type: 'begin', data: 'y' })
    await user.post(url, { type: 'begin', data: 'x' })
    const results = await user.arrived('results', 3)
    expect(results.map((one) => `${typeOf(one)} ${one.body}`).toSorted()).toEqual(['done.always x', 'done.always y', 'done.x x+'])
  }, 240_000)
})

it('a channel of a foreign kind is what Brokers, Channels, Sequences, Parallels and Subscriptions are made of', async () => {
  const { client, namespace } = platform
  await Promise.all([user.recorder('foreign'), user.recorder('behind')])
  const kind = await installForeignChannels(client, namespace, `http://foreign.${namespace}.svc.cluster.local`)
  try {
    const template = { apiVersion: 'foreign.example.com/v1', kind: 'ForeignChannel' }
    await client.create(configMaps, {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'foreign', namespace },
      data: { 'channel-template-spec': JSON.stringify({ ...template, spec: { partitions: 3 } }) }
    })
    const subscriber = service('behind')
    const config = { apiVersion: 'v1', kind: 'ConfigMap', name: 'foreign', namespace }
    await user.apply(
      made(eventing, 'Broker', 'foreign', { config }),
      trigger('foreign', 'foreign', { filter: { attributes: { type: 'wanted' } }, subscriber }),
      made(messaging, 'Channel', 'foreign-front', { channelTemplate: template }),
      made(messaging, 'Subscription', 'foreign-front', {
        channel: { apiVersion: messaging, kind: 'Channel', name: 'foreign-front' },
        subscriber
      }),
      made(messaging, 'Subscription', 'foreign-plain', { channel: { ...template, name: 'foreign-front' }, subscriber }),
      made('flows.knative.dev/v1', 'Sequence', 'foreign', { channelTemplate: template, steps: [subscriber, subscriber] }),
      made('flows.knative.dev/v1', 'Parallel', 'foreign', { channelTemplate: template, branches: [{ subscriber }] })
    )
    const { status } = await user.ready(brokers, 'foreign')
    await Promise.all([
      user.ready(triggers, 'foreign'),
      user.ready(channels, 'foreign-front'),
      user.ready(sequences, 'foreign'),
      user.ready(parallels, 'foreign'),
      ...['foreign-front', 'foreign-plain'].map((name) => user.ready(subscriptions, name))
    ])
    const channel = await client.get(foreignChannels, { namespace, name: 'foreign-kne-trigger' })
    expect(channel.spec).toMatchObject({ partitions: 3, subscribers: [{ replyUri: status?.address?.url }] })
    // What is posted to the Broker is its channel's; what the channel delivers is filtered, and goes to the subscriber.
    const { id } = await user.post(status?.address?.url ?? '', { type: 'wanted' })
    const [kept] = await user.arrived('foreign', 1, (one) => idOf(one) === id)
    expect(kept).toMatchObject({ url: '/foreign-kne-trigger', headers: { 'ce-knativebrokerttl': '255' } })
    const filter = channel.spec?.subscribers?.[0]?.subscriberUri ?? ''
    const extensions = { knativebrokerttl: '255' }
    const answers = await Promise.all(['unwanted', 'wanted'].map((type) => user.post(filter, { id, type, extensions })))
    expect(answers.map((answer) => answer.status)).toEqual([200, 200])
    expect((await user.arrived('behind', 1)).map(typeOf)).toEqual(['wanted'])
  } finally {
    await kind.remove()
  }
}, 300_000)

describe('S145 S154 a source', () => {
  const sources = 'sources.knative.dev/v1'

  it('S166 that ticks sends what it is told to', async () => {
    await user.recorder('ticks')
    const spec = {
      schedule: '*/2 * * * * *',
      contentType: 'text/plain',
      data: 'tick',
      sink: service('ticks'),
      ceOverrides: { extensions: { extra: 'yes' } }
    }
    await user.apply(made(sources, 'PingSource', 'ticks', spec))
    const { status } = await user.ready(pingSources, 'ticks')
    expect(status?.sinkUri).toBe(`http://ticks.${platform.namespace}.svc.cluster.local`)
    const [tick] = await user.arrived('ticks', 2, undefined, 90_000)
    expect(tick).toMatchObject({
      body: 'tick',
      headers: {
        'ce-type': 'dev.knative.sources.ping',
        'ce-source': `/apis/v1/namespaces/${platform.namespace}/pingsources/ticks`,
        'ce-extra': 'yes'
      }
    })
    await platform.client.delete(pingSources, { namespace: platform.namespace, name: 'ticks' })
  }, 240_000)

  it('S052 that watches the API server tells of what comes', async () => {
    await user.recorder('watched')
    const { namespace } = platform
    await user.apply(
      { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'watcher' } },
      {
        apiVersion: 'rbac.authorization.k8s.io/v1',
        kind: 'Role',
        metadata: { name: 'watcher' },
        rules: [{ apiGroups: [''], resources: ['configmaps'], verbs: ['get', 'list', 'watch'] }]
      },
      {
        apiVersion: 'rbac.authorization.k8s.io/v1',
        kind: 'RoleBinding',
        metadata: { name: 'watcher' },
        roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'watcher' },
        subjects: [{ kind: 'ServiceAccount', name: 'watcher', namespace }]
      },
      made(sources, 'ApiServerSource', 'watched', {
        serviceAccountName: 'watcher',
        mode: 'Resource',
        resources: [{ apiVersion: 'v1', kind: 'ConfigMap' }],
        sink: service('watched')
      })
    )
    await user.ready(apiServerSources, 'watched')
    await platform.client.create(configMaps, {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'noticed', namespace },
      data: { a: 'b' }
    })
    const [event] = await user.arrived('watched', 1, ({ headers }) => headers['ce-name'] === 'noticed')
    expect(event?.headers).toMatchObject({
      'ce-type': 'dev.knative.apiserver.resource.add',
      'ce-subject': `/apis/v1/namespaces/${namespace}/configmaps/noticed`,
      'ce-kind': 'ConfigMap',
      'ce-namespace': namespace
    })
    expect(JSON.parse(event?.body ?? '{}')).toMatchObject({ metadata: { name: 'noticed' }, data: { a: 'b' } })
    await platform.client.delete(apiServerSources, { namespace, name: 'watched' })
  }, 240_000)

  it('S027 is any workload that a SinkBinding tells where to send', async () => {
    await user.recorder('bound')
    const labels = { app: 'sender' }
    await user.apply(
      made(sources, 'SinkBinding', 'bound', {
        subject: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'sender' },
        sink: service('bound'),
        ceOverrides: { extensions: { by: 'binding' } }
      }),
      {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: { name: 'sender' },
        spec: {
          selector: { matchLabels: labels },
          template: { metadata: { labels }, spec: { containers: [{ name: 'sender', image: imageOf('recorder') }] } }
        }
      }
    )
    await user.ready(sinkBindings, 'bound')
    const env = await until('the container knows its sink', async () => {
      const { spec } = await platform.client.get(deployments, { namespace: platform.namespace, name: 'sender' })
      const variables = spec?.template?.spec?.containers[0]?.env ?? []
      return variables.some(({ name }) => name === 'K_SINK') && Object.fromEntries(variables.map(({ name, value }) => [name, value]))
    })
    expect(env).toMatchObject({
      K_SINK: `http://bound.${platform.namespace}.svc.cluster.local`,
      K_CE_OVERRIDES: '{"extensions":{"by":"binding"}}'
    })
  }, 240_000)

  it('S050 is a container of the user', async () => {
    await user.recorder('contained')
    await user.apply(
      made(sources, 'ContainerSource', 'contained', {
        template: { spec: { containers: [{ name: 'source', image: imageOf('recorder') }] } },
        sink: service('contained')
      })
    )
    const { status } = await user.ready(containerSources, 'contained')
    expect(status?.sinkUri).toBe(`http://contained.${platform.namespace}.svc.cluster.local`)
  }, 240_000)
})

it('S092 S107 a JobSink makes a Job of each event', async () => {
  const template = { spec: { restartPolicy: 'Never', containers: [{ name: 'work', image: imageOf('job') }] } }
  await user.apply(
    made('sinks.knative.dev/v1alpha1', 'JobSink', 'work', {
      job: { apiVersion: 'batch/v1', kind: 'Job', spec: { backoffLimit: 0, template } }
    })
  )
  const url = addressOf(await user.ready(jobSinks, 'work'))
  const { status } = await user.post(url, { type: 'to.do', data: 'dishes' })
  expect(status).toBe(202)
  const done = await until(
    'its Job is done',
    async () => {
      const { items } = await platform.client.list<Job>(jobs, {
        namespace: platform.namespace,
        labelSelector: 'sinks.knative.dev/job-sink-name=work'
      })
      return items.find((job) => job.status?.conditions?.some(({ type, status: state }) => type === 'Complete' && state === 'True'))
    },
    120_000,
    200
  )
  expect(done?.spec?.template?.spec?.containers[0]?.env).toEqual(
    expect.arrayContaining([{ name: 'K_EVENT_PATH', value: '/etc/jobsink-event' }])
  )
}, 240_000)
