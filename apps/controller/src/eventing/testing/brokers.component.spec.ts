/** Brokers and Triggers over their lives, with a pod of the data plane on a real stream. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { brokers, inMemoryChannels, subscriptions, triggers, type InMemoryChannel, type Subscription, type Trigger } from '@knative-ts/api'
import { services } from '@knative-ts/api/kubernetes'
import { eventually } from '@knative-ts/testing'
import { aBroker, aChannel, aService, aSubscription, aTrigger, serviceRef } from './eventing-objects.ts'
import { eventingScene, type EventingScene } from './eventing-scene.ts'
import { watching } from './watching.ts'

const at = (name: string) => ({ namespace: 'default', name })

describe('a Broker and its Triggers', () => {
  let scene: EventingScene
  let see: ReturnType<typeof watching>
  beforeEach(async () => {
    scene = await eventingScene([aService('sink'), aService('dead')])
    see = watching(scene.cluster)
  })
  afterEach(() => scene.close())

  const make = async (...names: string[]): Promise<void> => {
    await scene.cluster.client.create(brokers, aBroker())
    for (const name of names) await scene.cluster.client.create(triggers, aTrigger(name))
  }
  const subscriptionOf = (trigger: string): Subscription | undefined =>
    scene.cluster.all(subscriptions).find(({ metadata }) => metadata.labels?.['eventing.knative.dev/trigger'] === trigger)
  const change = async (name: string, change: (trigger: Trigger) => Trigger): Promise<void> => {
    await scene.cluster.client.update(triggers, change(await scene.cluster.client.get(triggers, at(name))))
  }

  it('are ready only when the data plane acts by them', async () => {
    const pod = await scene.follow({ acknowledges: false })
    await make('hello')
    await see.reason(inMemoryChannels, 'default-kne-trigger', 'EndpointsReady', 'DispatcherNotUpdated')
    expect(see.condition(brokers, 'default', 'Ready')?.status).not.toBe('True')
    pod.acknowledges = true
    pod.acknowledge()
    await see.ready(triggers, 'hello')
    expect(see.condition(brokers, 'default', 'Ready')?.status).toBe('True')
  })

  it('say that the filters do not go by another generation yet, while the channel keeps its subscriber', async () => {
    const pod = await scene.follow()
    await make('hello')
    await see.ready(triggers, 'hello')
    pod.acknowledges = false
    await change('hello', (trigger) => ({ ...trigger, spec: { ...trigger.spec, filter: { attributes: { type: 'other' } } } }))
    await see.reason(triggers, 'hello', 'SubscriptionReady', 'FilterNotUpdated')
    expect(see.condition(subscriptions, subscriptionOf('hello')?.metadata.name ?? '', 'Ready')?.status).toBe('True')
    const filters = () => pod.updates.flatMap((update) => update.subscriptions).map(({ trigger }) => trigger?.filtersJson)
    await eventually(() => filters().includes('{"attributes":{"type":"other"}}'), 'the new filter')
    pod.acknowledge()
    await see.ready(triggers, 'hello')
  })

  it('tell the subscriber and the last error while deliveries fail, and stay ready', async () => {
    const pod = await scene.follow()
    await make('hello')
    await see.ready(triggers, 'hello')
    const subscriptionUid = subscriptionOf('hello')?.metadata.uid ?? ''
    pod.report({ subscriptionUid, lastError: '503 from http://sink.default.svc.cluster.local', failingSinceMs: Date.UTC(2030, 0, 1) })
    const told = await see.reason(triggers, 'hello', 'Delivery', 'DeliveryFailing')
    expect(told).toMatchObject({ status: 'False', severity: 'Info', message: expect.stringContaining('503 from http://sink.default.svc') })
    expect(told.message).toContain('since 2030-01-01T00:00:00Z')
    expect((await see.reason(brokers, 'default', 'Delivery', 'DeliveryFailing')).message).toMatch(
      /^Trigger "hello": Subscriber http:\/\/sink\.default\.svc\.cluster\.local does not take events\./
    )
    expect(see.condition(triggers, 'hello', 'Ready')?.status).toBe('True')
    const numbers = () => Object.fromEntries(scene.controller.gauges.map(({ name, value }) => [name, value()]))
    expect(numbers()).toEqual({ 'kn.eventing.followers': 1, 'kn.eventing.failing_subscriptions': 1 })
    pod.report({ subscriptionUid })
    await eventually(() => see.condition(brokers, 'default', 'Delivery') === undefined, 'all is well')
  })

  it('forget what failed when a pod comes back that does not say it again', async () => {
    const pod = await scene.follow()
    await make('hello')
    await see.ready(triggers, 'hello')
    pod.report({ subscriptionUid: subscriptionOf('hello')?.metadata.uid ?? '', lastError: 'refused' })
    await see.reason(triggers, 'hello', 'Delivery', 'DeliveryFailing')
    await scene.follow()
    expect(await eventually(() => see.condition(triggers, 'hello', 'Delivery') === undefined, 'all is well')).toBe(true)
  })

  it('stay ready while a pod of the data plane comes that does not have them yet', async () => {
    await scene.follow()
    await make('hello')
    await see.ready(triggers, 'hello')
    const late = await scene.follow({ name: 'late', address: 'ip-late', acknowledges: false })
    const current = await scene.cluster.client.get(triggers, at('hello'))
    await scene.cluster.client.update(triggers, { ...current, metadata: { ...current.metadata, labels: { again: 'please' } } })
    await scene.cluster.client.create(triggers, aTrigger('second'))
    await see.reason(triggers, 'second', 'SubscriptionReady', 'SubscriptionNotMarkedReadyByChannel')
    expect(see.condition(triggers, 'hello', 'Ready')?.status).toBe('True')
    expect(see.condition(brokers, 'default', 'Ready')?.status).toBe('True')
    late.acknowledges = true
    late.acknowledge()
    await see.ready(triggers, 'second')
  })

  it('make a Subscription anew that is of another channel', async () => {
    await scene.follow()
    await make('hello')
    await see.ready(triggers, 'hello')
    const before = subscriptionOf('hello') as Subscription
    const channel = { ...before.spec.channel, name: 'another' }
    await scene.cluster.client.update(subscriptions, { ...before, spec: { ...before.spec, channel } })
    await eventually(() => subscriptionOf('hello')?.metadata.uid !== before.metadata.uid && subscriptionOf('hello'), 'another Subscription')
    expect(subscriptionOf('hello')?.spec.channel.name).toBe('default-kne-trigger')
    await see.ready(triggers, 'hello')
  })

  it('leave no Subscription when the Broker goes, and come back with it', async () => {
    await scene.follow()
    await make('hello')
    await see.ready(triggers, 'hello')
    await scene.cluster.client.delete(brokers, at('default'))
    expect((await see.reason(triggers, 'hello', 'BrokerReady', 'BrokerDoesNotExist')).message).toMatch(/^Broker "default" does not exist/)
    await eventually(() => scene.cluster.all(subscriptions).length === 0, 'no Subscription')
    await eventually(() => scene.cluster.all(inMemoryChannels).length === 0, 'no channel')
    await scene.cluster.client.create(brokers, aBroker())
    await see.ready(triggers, 'hello')
  })

  it('repair what was deleted or changed by hand', async () => {
    await scene.follow()
    await make('hello')
    await see.ready(triggers, 'hello')
    const subscription = subscriptionOf('hello') as Subscription
    await scene.cluster.client.update(subscriptions, {
      ...subscription,
      spec: { ...subscription.spec, subscriber: { uri: 'http://other' } }
    })
    await eventually(() => subscriptionOf('hello')?.spec.subscriber?.uri?.startsWith('http://broker-filter.'), 'the filter again')
    await scene.cluster.client.delete(services, at('default-kne-trigger-kn-channel'))
    await eventually(() => scene.cluster.find(services, at('default-kne-trigger-kn-channel')), 'the Service again')
    const uid = scene.cluster.find(inMemoryChannels, at('default-kne-trigger'))?.metadata.uid
    await scene.cluster.client.delete(inMemoryChannels, at('default-kne-trigger'))
    const again = await eventually(() => {
      const found = scene.cluster.find(inMemoryChannels, at('default-kne-trigger'))
      return found?.metadata.uid !== uid && found?.spec.subscribers?.length === 1 ? found : undefined
    }, 'the channel again, with its subscriber')
    expect(again.spec.subscribers?.[0]?.uid).toBe(subscriptionOf('hello')?.metadata.uid)
    await see.ready(triggers, 'hello')
  })

  it('report what is not theirs and leave it alone', async () => {
    await scene.follow()
    await scene.cluster.client.create(inMemoryChannels, aChannel('default-kne-trigger'))
    await make()
    const told = await see.reason(brokers, 'default', 'TriggerChannelReady', 'ChannelFailure')
    expect(told.message).toMatch(/^InMemoryChannel "default-kne-trigger" is there already, and this Broker does not own it/)
    expect(scene.cluster.find(inMemoryChannels, at('default-kne-trigger'))?.metadata.ownerReferences).toBeUndefined()
    await scene.cluster.client.create(brokers, aBroker('second'))
    const trigger = aTrigger('mine', { broker: 'second' }, { uid: 'u1' })
    await scene.cluster.client.create(subscriptions, aSubscription('second-mine-u1'))
    await scene.cluster.client.create(triggers, trigger)
    await see.reason(triggers, 'mine', 'SubscriptionReady', 'SubscriptionNotOwnedByTrigger')
  })

  it('of other classes are not looked at', async () => {
    await scene.follow()
    const foreign = aBroker()
    await scene.cluster.client.create(brokers, {
      ...foreign,
      metadata: { ...foreign.metadata, annotations: { 'eventing.knative.dev/broker.class': 'Kafka' } }
    })
    await scene.cluster.client.create(triggers, aTrigger('theirs'))
    await scene.cluster.client.create(brokers, aBroker('ours'))
    await see.ready(brokers, 'ours')
    expect(scene.cluster.find(triggers, at('theirs'))?.status).toBeUndefined()
    expect(scene.cluster.find(brokers, at('default'))?.status).toBeUndefined()
  })

  it('hand delivery on as a whole, and the dead letter sink of the Broker to Triggers without one', async () => {
    await scene.follow()
    await scene.cluster.client.create(brokers, aBroker('default', { delivery: { retry: 3, deadLetterSink: { ref: serviceRef('dead') } } }))
    await scene.cluster.client.create(triggers, aTrigger('plain'))
    await scene.cluster.client.create(triggers, aTrigger('own', { delivery: { backoffDelay: 'PT1S', timeout: 'PT5S' } }))
    await Promise.all([see.ready(triggers, 'plain'), see.ready(triggers, 'own')])
    const entry = (trigger: string) =>
      (scene.cluster.find(inMemoryChannels, at('default-kne-trigger')) as InMemoryChannel).spec.subscribers?.find(
        ({ uid }) => uid === subscriptionOf(trigger)?.metadata.uid
      )
    const dead = { uri: 'http://dead.default.svc.cluster.local' }
    expect(entry('plain')?.delivery).toEqual({ retry: 3, deadLetterSink: dead })
    expect(entry('own')?.delivery).toEqual({ backoffDelay: 'PT1S', timeout: 'PT5S', deadLetterSink: dead })
    expect(scene.cluster.find(triggers, at('own'))?.status?.deadLetterSinkUri).toBe(dead.uri)
  })

  it('may be apart: a Trigger of another namespace subscribes to the channel where it is', async () => {
    await scene.follow()
    const far = aBroker()
    await scene.cluster.client.create(brokers, { ...far, metadata: { ...far.metadata, namespace: 'far' } })
    const brokerRef = { apiVersion: 'eventing.knative.dev/v1', kind: 'Broker', name: 'default', namespace: 'far' }
    const { broker: _none, ...spec } = aTrigger().spec
    await scene.cluster.client.create(triggers, { ...aTrigger(), spec: { ...spec, brokerRef } })
    await see.ready(triggers, 'hello')
    expect(subscriptionOf('hello')?.spec).toMatchObject({
      channel: { name: 'default-kne-trigger', namespace: 'far' },
      reply: { ref: { name: 'default', namespace: 'far' } }
    })
    const channel = scene.cluster.find(inMemoryChannels, { namespace: 'far', name: 'default-kne-trigger' })
    expect(channel?.spec.subscribers?.map(({ uid }) => uid)).toEqual([subscriptionOf('hello')?.metadata.uid])
  })

  it('wait for what a Trigger depends on', async () => {
    await scene.follow()
    await make()
    const dependency = JSON.stringify({ apiVersion: 'messaging.knative.dev/v1', kind: 'InMemoryChannel', name: 'first' })
    await scene.cluster.client.create(triggers, aTrigger('hello', {}, { annotations: { 'knative.dev/dependency': dependency } }))
    await see.reason(triggers, 'hello', 'DependencyReady', 'DependencyDoesNotExist')
    await scene.cluster.client.create(inMemoryChannels, aChannel('first'))
    await see.ready(triggers, 'hello')
    await scene.cluster.client.create(triggers, aTrigger('bad', {}, { annotations: { 'knative.dev/dependency': '{' } }))
    expect((await see.reason(triggers, 'bad', 'DependencyReady', 'ReferenceError')).status).toBe('False')
  })

  it('make few writes of a channel for many Triggers at a time', async () => {
    await scene.follow()
    await make()
    await see.ready(brokers, 'default')
    scene.cluster.forgetWrites()
    const names = Array.from({ length: 100 }, (_, index) => `t${index}`)
    await Promise.all(names.map((name) => scene.cluster.client.create(triggers, aTrigger(name))))
    await Promise.all(names.map((name) => see.ready(triggers, name)))
    const lists = scene.cluster.writes.filter(
      ({ resource, subresource }) => resource.kind === 'InMemoryChannel' && subresource === undefined
    )
    expect(lists.length).toBeLessThan(50)
    expect(lists.every(({ effective }) => effective)).toBe(true)
    const writes = scene.cluster.writes.filter(({ resource }) => resource.kind === 'Trigger' && resource.group === 'eventing.knative.dev')
    expect(writes.length / names.length).toBeLessThanOrEqual(5)
  })
})
