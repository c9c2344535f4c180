/** Both adapters against an API server in memory and a sink on loopback. */
import { afterEach, describe, expect, it } from '@jest/globals'
import { pingSources, type KubeObject, type PingSource } from '@knative-ts/api'
import { configMaps, events as k8sEvents, secrets, type ConfigMap } from '@knative-ts/api/kubernetes'
import { ApiError, createEventRecorder, type KubeClient, type Log } from '@knative-ts/kube'
import { eventually, fakeCluster, keptLog, settle, virtualClock } from '@knative-ts/testing'
import { ApiServerAdapter } from './api-server/api-server-adapter.ts'
import { type Watched, watchedSchema } from './api-server/watched.ts'
import { PingAdapter } from './ping/ping-adapter.ts'
import { Outbox } from './sink/outbox.ts'
import { Sender } from './sink/sender.ts'
import { TestingSink } from './testing-sink.fixture.ts'

const sender = new Sender({ timeoutMs: 20_000 })
afterEach(() => sender.close())

const sent: [name: string | undefined, status: number | undefined][] = []
const outboxOf = (client: KubeClient, log: Log = keptLog(), reporting = false) => {
  const recorder = createEventRecorder({ client, component: 'test', log })
  const metrics = {
    sent: ({ metadata }: KubeObject, _type: string, _url: string, status: number | undefined) => void sent.push([metadata.name, status])
  }
  return { outbox: new Outbox({ sender, metrics, recorder, log }, reporting), recorder }
}

describe('the adapter of PingSources', () => {
  const source = (name: string, sinkUri: string | undefined, spec: Partial<PingSource['spec']> = {}): PingSource => ({
    apiVersion: 'sources.knative.dev/v1',
    kind: 'PingSource',
    metadata: { name, namespace: 'default', generation: 1 },
    spec: { schedule: '* * * * *', sink: { uri: 'http://sink' }, ...spec },
    status: { observedGeneration: 1, ...(sinkUri !== undefined && { sinkUri }) }
  })

  const run = async (cluster: ReturnType<typeof fakeCluster>, startMs: number, random?: () => number) => {
    const clock = virtualClock(startMs)
    const log = keptLog()
    const options = {
      client: cluster.client,
      ...outboxOf(cluster.client, log),
      log,
      identity: 'one',
      systemNamespace: 'knative-eventing',
      lastCalmSecond: 55,
      clock,
      ...(random !== undefined && { random })
    }
    const adapter = new PingAdapter(options)
    await adapter.start()
    await eventually(() => cluster.writes.some(({ resource }) => resource.plural === 'events'), 'a source is looked at')
    return { adapter, clock }
  }

  it('sends at the times of each source, adds overrides, and follows changes', async () => {
    await using sink = await TestingSink.open()
    const cluster = fakeCluster({
      objects: [source('one', sink.url, { data: 'x', ceOverrides: { extensions: { extra: 'y' } } }), source('two', undefined)]
    })
    const { adapter, clock } = await run(cluster, Date.parse('2026-01-01T00:00:30Z'))
    await clock.advance(31_000)
    const first = await eventually(() => sink.events[0], 'an event')
    expect(Object.fromEntries(first.attributes)).toMatchObject({
      type: 'dev.knative.sources.ping',
      source: '/apis/v1/namespaces/default/pingsources/one',
      extra: 'y'
    })
    expect(sink.namespaces).toEqual(['default'])
    expect(first.attributes.get('time')).toMatch(/^2026-01-01T00:01:00(\.\d{1,3})?Z$/)
    const reasons = (): string[] => cluster.writes.flatMap(({ body }) => (body as { reason?: string } | undefined)?.reason ?? [])
    await eventually(() => reasons().includes('PingSourceSkipped') && reasons().includes('PingSourceSynchronized'), 'events of both')

    // In this order: when the second is seen to be there, the first has gone.
    cluster.remove(source('one', undefined))
    cluster.put({ ...source('two', sink.url, { schedule: '*/2 * * * *' }) })
    await eventually(() => reasons().filter((reason) => reason === 'PingSourceSynchronized').length > 1, 'the new sink is seen')
    await clock.advance(60_000)
    const second = await eventually(() => sink.events[1], 'another event')
    expect(second.attributes.get('source')).toBe('/apis/v1/namespaces/default/pingsources/two')
    await adapter.stop()
    await clock.advance(600_000)
    expect(sink.events).toHaveLength(2)
    expect(clock.pending()).toBe(0)
  })

  it('E5.1 ping/jitter: waits within half a second of its time before it sends', async () => {
    await using sink = await TestingSink.open()
    const { adapter, clock } = await run(fakeCluster({ objects: [source('one', sink.url)] }), Date.parse('2026-01-01T00:00:30Z'), () => 0.5)
    await clock.advance(30_200)
    expect(sink.events).toEqual([])
    await clock.advance(60)
    const event = await eventually(() => sink.events[0], 'the event')
    expect(event.attributes.get('time')).toBe('2026-01-01T00:01:00.25Z')
    await adapter.stop()
  })

  it('tells on the source what its sink did not take, when it is asked to', async () => {
    await using sink = await TestingSink.open([400, 400])
    const observability = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'config-observability', namespace: 'knative-eventing' },
      data: { 'sink-event-error-reporting.enable': 'true' }
    } as ConfigMap
    const cluster = fakeCluster({ objects: [source('one', sink.url), observability] })
    const { adapter, clock } = await run(cluster, Date.parse('2026-01-01T00:00:30Z'))
    await clock.advance(31_000)
    const told = () => cluster.all(k8sEvents).find(({ reason }) => reason === '400')
    await eventually(told, 'an Event')
    expect(told()).toMatchObject({ type: 'Warning', involvedObject: { kind: 'PingSource', name: 'one' } })
    await adapter.stop()
  })

  it('waits for the end of the minute when it is told to stop near it', async () => {
    await using sink = await TestingSink.open()
    const cluster = fakeCluster({ objects: [source('one', sink.url)] })
    const { adapter, clock } = await run(cluster, Date.parse('2026-01-01T00:00:57Z'))
    let drained = false
    const draining = adapter.drain().then(() => (drained = true))
    await clock.advance(2_000)
    expect(drained).toBe(false)
    await clock.advance(3_000)
    await draining
    await eventually(() => sink.events[0], 'the event of the minute')
    await adapter.stop()
    expect(cluster.all(pingSources)).toHaveLength(1)
  })
})

describe('the adapter of an ApiServerSource', () => {
  const apiServerSource: KubeObject = {
    apiVersion: 'sources.knative.dev/v1',
    kind: 'ApiServerSource',
    metadata: { name: 'hello', namespace: 'one', uid: 'u' }
  }
  const ended: string[] = []
  const resources = [{ name: 'configmaps', kind: 'ConfigMap', namespaced: true }]
  const discovering = (client: KubeClient, known = resources): KubeClient =>
    new Proxy(client, {
      get: (target, name) => {
        if (name === 'raw') return async () => ({ status: 200, headers: {}, body: JSON.stringify({ resources: known }) })
        const value = Reflect.get(target, name) as unknown
        return typeof value === 'function' ? value.bind(target) : value
      }
    })
  const configMap = (name: string, namespace: string, labels: Record<string, string> = {}): ConfigMap => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, namespace, labels },
    data: { a: '1' }
  })
  const watched = (more: Partial<Watched> = {}): Watched =>
    watchedSchema.parse({
      namespaces: ['one'],
      resources: [{ gvr: { Group: '', Version: 'v1', Resource: 'configmaps' } }],
      mode: 'Resource',
      ...more
    })

  const run = async (objects: KubeObject[], url: string, given: Watched) => {
    const cluster = fakeCluster({ objects })
    const adapter = new ApiServerAdapter({
      client: discovering(cluster.client),
      ...outboxOf(cluster.client),
      of: apiServerSource,
      end: (error) => ended.push(error.message),
      log: keptLog(),
      sink: { url },
      overrides: {},
      watched: given,
      source: 'https://10.96.0.1:443'
    })
    await adapter.start()
    await eventually(() => cluster.watches.size > 0, 'a watch')
    return { cluster, adapter }
  }

  it('sends the changes in its namespaces, in order, and not what was there before', async () => {
    await using sink = await TestingSink.open()
    const { cluster, adapter } = await run([configMap('old', 'one')], sink.url, watched())
    await cluster.client.create(configMaps, configMap('new', 'one'))
    await cluster.client.create(configMaps, configMap('elsewhere', 'two'))
    await cluster.client.update(configMaps, { ...cluster.find(configMaps, 'one/new')!, data: { a: '2' } })
    await cluster.client.delete(configMaps, { namespace: 'one', name: 'new' })
    await eventually(() => sink.events.length === 3, 'three events')
    await adapter.stop()
    expect(sink.events.map(({ attributes }) => `${attributes.get('type')} ${attributes.get('name')}`)).toEqual([
      'dev.knative.apiserver.resource.add new',
      'dev.knative.apiserver.resource.update new',
      'dev.knative.apiserver.resource.delete new'
    ])
    expect(sink.namespaces).toEqual(['one', 'one', 'one'])
    expect(JSON.parse(Buffer.from(sink.events[1]?.data ?? []).toString())).toMatchObject({ kind: 'ConfigMap', data: { a: '2' } })
  })

  it('keeps to labels and filters, in every namespace', async () => {
    await using sink = await TestingSink.open()
    const given = watched({
      allNamespaces: true,
      mode: 'Reference',
      resources: [{ gvr: { Group: '', Version: 'v1', Resource: 'configmaps' }, selector: 'app=a' }],
      filters: [{ suffix: { type: '.add' } }]
    })
    const { cluster, adapter } = await run([], sink.url, given)
    await cluster.client.create(configMaps, configMap('a', 'one', { app: 'a' }))
    await cluster.client.create(configMaps, configMap('b', 'two', { app: 'b' }))
    await cluster.client.delete(configMaps, { namespace: 'one', name: 'a' })
    await cluster.client.create(configMaps, configMap('c', 'three', { app: 'a' }))
    await eventually(() => sink.events.length === 2, 'two events')
    await adapter.stop()
    expect(sink.events.map(({ attributes }) => attributes.get('subject')).toSorted()).toEqual([
      '/apis/v1/namespaces/one/configmaps/a',
      '/apis/v1/namespaces/three/configmaps/c'
    ])
    expect(JSON.parse(Buffer.from(sink.events[0]?.data ?? []).toString())).not.toHaveProperty('data')
  })

  it('tells on the source what its sink did not take', async () => {
    await using sink = await TestingSink.open([404, 413])
    const cluster = fakeCluster()
    const log = keptLog()
    const adapter = new ApiServerAdapter({
      client: discovering(cluster.client),
      ...outboxOf(cluster.client, log, true),
      of: apiServerSource,
      end: (error) => ended.push(error.message),
      log,
      sink: { url: sink.url },
      overrides: {},
      watched: watched()
    })
    await adapter.start()
    await eventually(() => cluster.watches.size > 0, 'a watch')
    await cluster.client.create(configMaps, configMap('new', 'one'))
    await eventually(() => cluster.all(k8sEvents).length > 0, 'an Event')
    await adapter.stop()
    expect(cluster.all(k8sEvents)[0]).toMatchObject({ reason: '413', involvedObject: { kind: 'ApiServerSource', uid: 'u' } })
    expect(sent.at(-1)).toEqual(['hello', 413])
    expect(log.lines.filter(({ level }) => level === 'warn').map(({ message }) => message)).toEqual(['an event was not sent'])
  })

  it('holds its watch back while its sink is slow, and loses nothing', async () => {
    const cluster = fakeCluster()
    const log = keptLog()
    const gate = Promise.withResolvers<void>()
    const told: (string | undefined)[] = []
    const adapter = new ApiServerAdapter({
      client: discovering(cluster.client),
      outbox: {
        send: async (_, { attributes }) => {
          told.push(attributes.get('name'))
          await gate.promise
        }
      },
      of: apiServerSource,
      end: (error) => ended.push(error.message),
      log,
      sink: { url: 'http://slow' },
      overrides: {},
      watched: watched(),
      waitingAtMost: { jobs: 4, bytes: 1_000_000 }
    })
    await adapter.start()
    await eventually(() => cluster.watches.size > 0, 'a watch')
    const names = Array.from({ length: 20 }, (_, index) => `new-${index}`)
    for (const name of names) await cluster.client.create(configMaps, configMap(name, 'one'))
    await eventually(() => log.lines.some(({ message }) => message.startsWith('the sink is slow')), 'the watch is held back')
    await settle()
    expect(told).toEqual(names.slice(0, 4))
    gate.resolve()
    await eventually(() => told.length === names.length, 'all have been sent')
    expect(told).toEqual(names)
    await adapter.stop()
  })

  it('ends although its watch is held back', async () => {
    const cluster = fakeCluster()
    const gate = Promise.withResolvers<void>()
    const started: string[] = []
    const adapter = new ApiServerAdapter({
      client: discovering(cluster.client),
      outbox: {
        send: async (_, { attributes }) => {
          started.push(attributes.get('name') ?? '')
          await gate.promise
        }
      },
      of: apiServerSource,
      end: (error) => ended.push(error.message),
      log: keptLog(),
      sink: { url: 'http://slow' },
      overrides: {},
      watched: watched(),
      waitingAtMost: { jobs: 1, bytes: 1_000_000 }
    })
    await adapter.start()
    await eventually(() => cluster.watches.size > 0, 'a watch')
    for (const name of ['a', 'b']) await cluster.client.create(configMaps, configMap(name, 'one'))
    await eventually(() => started.length > 0, 'the first is being sent')
    const stopping = adapter.stop()
    gate.resolve()
    await stopping
    expect(started).toEqual(['a'])
  })

  it('that skipped the check of permissions ends with a watch that is refused', async () => {
    await using sink = await TestingSink.open()
    const cluster = fakeCluster()
    const refused = new ApiError({
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      code: 403,
      reason: 'Forbidden',
      message: 'configmaps is forbidden'
    })
    cluster.fail({ verb: 'list', resource: configMaps, error: refused })
    const adapter = new ApiServerAdapter({
      client: discovering(cluster.client),
      ...outboxOf(cluster.client),
      of: apiServerSource,
      end: (error) => ended.push(error.message),
      log: keptLog(),
      sink: { url: sink.url },
      overrides: {},
      watched: watched({ failFast: true })
    })
    await adapter.start()
    expect(ended).toEqual(['configmaps cannot be watched: configmaps is forbidden'])
    expect(adapter.unhealthy()).toBe(ended[0])
    await adapter.stop()
  })

  it('watches what is there, is not ready for what is not, and watches that as soon as it comes', async () => {
    await using sink = await TestingSink.open()
    const cluster = fakeCluster()
    const known = [...resources]
    const log = keptLog()
    const adapter = new ApiServerAdapter({
      client: discovering(cluster.client, known),
      ...outboxOf(cluster.client, log),
      of: apiServerSource,
      end: (error) => ended.push(error.message),
      log,
      sink: { url: sink.url },
      overrides: {},
      watched: watched({ resources: [...watched().resources, { gvr: { Group: '', Version: 'v1', Resource: 'secrets' } }] }),
      lookAgainMs: 20
    })
    await adapter.start()
    expect(adapter.unready()).toBe('there is no resource secrets at /api/v1: install what defines it, or correct the source')
    await eventually(() => cluster.watches.size === 1, 'a watch')
    await cluster.client.create(configMaps, configMap('new', 'one'))
    await eventually(() => sink.events.length === 1, 'an event of what is there')
    known.push({ name: 'secrets', kind: 'Secret', namespaced: true })
    await eventually(() => cluster.watches.size === 2 && adapter.unready() === undefined, 'the other watch')
    await cluster.client.create(secrets, { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'later', namespace: 'one' } })
    await eventually(() => sink.events.length === 2, 'an event of what has come')
    await adapter.stop()
    expect(sink.events.map(({ attributes }) => attributes.get('name'))).toEqual(['new', 'later'])
    expect(log.lines.filter(({ message }) => message === 'a resource is not watched')).toHaveLength(1)
  })

  /** An adapter of a resource that nobody serves. */
  function lookingForNopes(more: Parameters<typeof watched>[0]): ApiServerAdapter {
    const options = {
      of: apiServerSource,
      end: () => undefined,
      log: keptLog(),
      sink: { url: 'http://none' },
      overrides: {},
      watched: watched({ ...more, resources: [{ gvr: { Group: '', Version: 'v1', Resource: 'nopes' } }] })
    }
    const { client } = fakeCluster()
    return new ApiServerAdapter({ client: discovering(client), ...outboxOf(client), ...options })
  }

  it('stops while it looks for a resource', async () => {
    const adapter = lookingForNopes({})
    await adapter.start()
    expect(adapter.unready()).toMatch('there is no resource nopes')
    await adapter.stop()
  })

  it('that skipped the check of permissions ends when a resource is not there', async () => {
    const adapter = lookingForNopes({ failFast: true })
    await expect(adapter.start()).rejects.toThrow('there is no resource nopes at /api/v1')
  })
})
