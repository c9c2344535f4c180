/** What ConfigMaps, templates and dependencies ask of Brokers, Channels and sources, and what is said when it cannot be. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { brokers, channels, inMemoryChannels, parallels, triggers } from '@knative-ts/api'
import { aBroker, aChannel, aFrontChannel, aParallel, aService, aTrigger, serviceRef } from './eventing-objects.ts'
import { eventingConfigMap, eventingScene, type EventingScene } from './eventing-scene.ts'
import { watching } from './watching.ts'

describe('eventing', () => {
  let scene: EventingScene
  let see: ReturnType<typeof watching>
  beforeEach(async () => {
    scene = await eventingScene([aService('sink'), aService('dead')])
    see = watching(scene.cluster)
    await scene.follow()
  })
  afterEach(() => scene.close())

  it('takes the configuration of a Broker from a ConfigMap alone', async () => {
    const config = { apiVersion: 'v1', kind: 'Secret', name: 'config-br-default-channel', namespace: 'knative-eventing' }
    await scene.cluster.client.create(brokers, aBroker('default', { config }))
    const { status, message } = await see.reason(brokers, 'default', 'TriggerChannelReady', 'ChannelTemplateFailed')
    expect(status).toBe('False')
    expect(message).toContain('Broker.Spec.Config configuration not supported, only [kind: ConfigMap, apiVersion: v1]')
  })

  it('reads the template of a Broker under its former key too', async () => {
    const channelTemplateSpec = 'apiVersion: messaging.knative.dev/v1\nkind: InMemoryChannel\nspec:\n  delivery:\n    retry: 7\n'
    scene.cluster.put(eventingConfigMap('formerly', { channelTemplateSpec }))
    const config = { apiVersion: 'v1', kind: 'ConfigMap', name: 'formerly', namespace: 'knative-eventing' }
    await scene.cluster.client.create(brokers, aBroker('default', { config }))
    await see.ready(brokers, 'default')
    expect(scene.cluster.find(inMemoryChannels, { namespace: 'default', name: 'default-kne-trigger' })?.spec.delivery).toEqual({ retry: 7 })
  })

  it('lets the template of a Channel win over what the Channel says', async () => {
    const template = { apiVersion: 'messaging.knative.dev/v1', kind: 'InMemoryChannel' }
    const delivery = { retry: 1 }
    await scene.cluster.client.create(channels, aFrontChannel('own', { channelTemplate: template, delivery }))
    const spec = { delivery: { retry: 2 } }
    await scene.cluster.client.create(channels, aFrontChannel('theirs', { channelTemplate: { ...template, spec }, delivery }))
    await Promise.all([see.ready(channels, 'own'), see.ready(channels, 'theirs')])
    const backing = (name: string) => scene.cluster.find(inMemoryChannels, { namespace: 'default', name })?.spec.delivery
    expect([backing('own'), backing('theirs')]).toEqual([delivery, spec.delivery])
  })

  it('waits for a dependency that has not seen its own last change', async () => {
    const dependency = JSON.stringify({ apiVersion: 'messaging.knative.dev/v1', kind: 'InMemoryChannel', name: 'behind' })
    const behind = aChannel('behind')
    scene.cluster.put({
      ...behind,
      metadata: { ...behind.metadata, generation: 2, deletionTimestamp: '2030-01-01T00:00:00Z', finalizers: ['x'] },
      status: { observedGeneration: 1, conditions: [{ type: 'Ready', status: 'True' }] }
    } as never)
    await scene.cluster.client.create(brokers, aBroker())
    await scene.cluster.client.create(triggers, aTrigger('hello', {}, { annotations: { 'knative.dev/dependency': dependency } }))
    expect((await see.reason(triggers, 'hello', 'DependencyReady', 'GenerationNotEqual')).status).toBe('Unknown')
    expect(see.condition(triggers, 'hello', 'Ready')?.status).not.toBe('True')
  })

  it('says False of a Parallel whose Subscriptions are not ready', async () => {
    await scene.cluster.client.create(parallels, aParallel([{ subscriber: { ref: serviceRef('nope') } }]))
    expect((await see.reason(parallels, 'hello', 'SubscriptionsReady', 'SubscriptionsNotReady')).status).toBe('False')
    await scene.cluster.client.create(parallels, {
      ...aParallel([{ subscriber: { ref: serviceRef('sink') } }]),
      metadata: { name: 'good', namespace: 'default' }
    })
    await see.ready(parallels, 'good')
    expect(see.condition(parallels, 'hello', 'Ready')?.status).toBe('False')
  })
})
