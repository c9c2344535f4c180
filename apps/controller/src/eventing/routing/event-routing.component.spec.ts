/** Two replicas of eventing's controller over one cluster, pods of the data plane on real streams. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import { brokers, inMemoryChannels, isReady, subscriptions, triggers } from '@knative-ts/api'
import { leases } from '@knative-ts/api/kubernetes'
import { endpointSlice, eventually, fakeCluster, keptLog, pod, type FakeCluster } from '@knative-ts/testing'
import { dialGrpc, eventRouting } from '@knative-ts/wire'
import { Controller } from '../../controller.ts'
import { eventingGroup } from '../eventing-group.ts'
import { followAs, type DataPlanePod, type DataPlanePodOptions } from '../testing/data-plane-pod.ts'
import { aBroker, aChannel, aService, aSubscription, aTrigger } from '../testing/eventing-objects.ts'
import { eventingConfig, eventingInstallation } from '../testing/eventing-scene.ts'
import { watching } from '../testing/watching.ts'

const admit = (token: string | undefined): Promise<string | undefined> =>
  Promise.resolve(token === 'word' ? undefined : 'you do not know the word')

describe('the data plane follows', () => {
  const closers: (() => unknown)[] = []
  let account = ''
  beforeAll(async () => {
    account = await mkdtemp(join(tmpdir(), 'event-routing-'))
    await writeFile(join(account, 'token'), 'word\n')
  })
  afterAll(() => rm(account, { recursive: true, force: true }))
  afterEach(async () => {
    for (const close of closers.splice(0).toReversed()) await close()
  })

  const world = (): FakeCluster => fakeCluster({ objects: [...eventingInstallation(), aService('sink')], garbageCollection: true })

  /** Its pod's address is the loopback one that it listens on, with the port in it: replicas of a test share one host. */
  const replica = async (cluster: FakeCluster, name: string): Promise<Controller> => {
    const config = { ...eventingConfig, podName: name, identity: `${name}_1`, serviceAccountDirectory: account }
    const controller = new Controller({
      client: cluster.client,
      config,
      group: eventingGroup({ sourceImage: 'dev.local/source' }),
      log: keptLog(),
      peerAddress: (ip) => ip,
      admit
    })
    await controller.start()
    cluster.put(pod({ metadata: { name, namespace: 'knative-eventing' }, status: { podIP: `127.0.0.1:${controller.routingPort}` } }))
    closers.push(async () => {
      await controller.drain()
      await controller.stop()
    })
    return controller
  }
  const follow = async (controller: Controller, options: DataPlanePodOptions = {}): Promise<DataPlanePod> => {
    const follower = await followAs(controller.routingPort, { token: 'word', ...options })
    closers.push(() => follower.leave())
    return follower
  }
  /** Every Service of the data plane has a pod of its own, by role. */
  const separate = (cluster: FakeCluster): void => {
    for (const [service, name] of [
      ['broker-ingress', 'ingress-0'],
      ['broker-filter', 'filter-0'],
      ['imc-dispatcher', 'channel-0']
    ] as const)
      cluster.put(
        endpointSlice({
          metadata: { name: `${service}-1`, namespace: 'knative-eventing', labels: { 'kubernetes.io/service-name': service } },
          endpoints: [{ addresses: [`ip-${name}`], conditions: { ready: true }, targetRef: { kind: 'Pod', name } }]
        })
      )
  }

  it('any replica, and the leader hears of it', async () => {
    const cluster = world()
    const one = await replica(cluster, 'eventing-controller-1')
    await eventually(() => one.isLeading(), 'a leader')
    const two = await replica(cluster, 'eventing-controller-2')
    expect(two.isLeading()).toBe(false)
    const follower = await follow(two)
    await cluster.client.create(brokers, aBroker())
    await cluster.client.create(triggers, aTrigger())
    const see = watching(cluster)
    await see.ready(triggers, 'hello')
    const uid = cluster.all(subscriptions)[0]?.metadata.uid ?? ''
    follower.report({ subscriptionUid: uid, lastError: 'refused' })
    await see.reason(triggers, 'hello', 'Delivery', 'DeliveryFailing')
    await one.drain()
    await one.stop()
    await eventually(() => two.isLeading(), 'another leader')
    await cluster.client.create(triggers, aTrigger('second'))
    await see.ready(triggers, 'second')
    expect(see.condition(triggers, 'hello', 'Delivery')?.reason).toBe('DeliveryFailing')
  })

  it('each role for what it does, and all of them must have it', async () => {
    const cluster = world()
    separate(cluster)
    const controller = await replica(cluster, 'eventing-controller-1')
    const as = (role: string, acknowledges = true) =>
      follow(controller, { name: `${role}-0`, address: `ip-${role}-0`, roles: [role], acknowledges })
    const [ingress, filter, channel] = [await as('ingress'), await as('filter', false), await as('channel')]
    await cluster.client.create(brokers, aBroker())
    await cluster.client.create(triggers, aTrigger())
    const see = watching(cluster)
    await see.reason(triggers, 'hello', 'SubscriptionReady', 'FilterNotUpdated')
    expect(isReady(cluster.find(brokers, 'default/default') ?? { metadata: {} })).toBe(true)
    filter.acknowledges = true
    filter.acknowledge()
    await see.ready(triggers, 'hello')
    const kindsOf = ({ updates }: DataPlanePod): string[] =>
      (['channels', 'subscriptions', 'triggers', 'brokers', 'jobSinks'] as const).filter((kind) =>
        updates.some((update) => update[kind].length > 0)
      )
    expect([kindsOf(ingress), kindsOf(filter), kindsOf(channel)]).toEqual([
      ['channels', 'brokers'],
      ['triggers', 'brokers'],
      ['channels', 'subscriptions', 'brokers']
    ])
  })

  it('and is told all there is to know about a delivery', async () => {
    const cluster = world()
    const controller = await replica(cluster, 'eventing-controller-1')
    const follower = await follow(controller)
    await cluster.client.create(brokers, aBroker())
    const trigger = aTrigger('hello', {
      filters: [{ exact: { type: 'a' } }],
      delivery: { retry: 2, backoffPolicy: 'linear', backoffDelay: 'PT0.2S', format: 'json' }
    })
    await cluster.client.create(triggers, {
      ...trigger,
      metadata: { ...trigger.metadata, uid: 'T', annotations: { 'eventing.knative.dev/delivery.order': 'ordered' } }
    })
    await watching(cluster).ready(triggers, 'hello')
    const last = follower.updates.flatMap((update) => update.subscriptions).at(-1)
    expect(last).toMatchObject({
      key: 'default/default-hello-T',
      channel: 'default/default-kne-trigger',
      subscriber: { url: 'http://broker-filter.knative-eventing.svc.cluster.local/triggers/default/hello/T' },
      reply: { url: 'http://broker-ingress.knative-eventing.svc.cluster.local/default/default' },
      retry: { retries: 2, policy: 'linear', delayMs: 200, timeoutMs: undefined },
      ordered: true,
      trigger: {
        key: 'default/hello',
        uid: 'T',
        broker: 'default/default',
        filtersJson: '{"filters":[{"exact":{"type":"a"}}]}',
        subscriber: { url: 'http://sink.default.svc.cluster.local' },
        format: 'json'
      }
    })
    const channel = follower.updates.flatMap((update) => update.channels).at(-1)
    expect(channel).toMatchObject({
      key: 'default/default-kne-trigger',
      uid: cluster.all(inMemoryChannels)[0]?.metadata.uid,
      host: 'default-kne-trigger-kn-channel.default.svc.cluster.local',
      broker: 'default/default',
      eventTypeReference: undefined
    })
    expect(follower.updates.flatMap((update) => update.brokers).at(-1)).toMatchObject({
      key: 'default/default',
      channel: 'default/default-kne-trigger',
      channelAddress: { url: 'http://default-kne-trigger-kn-channel.default.svc.cluster.local' }
    })
    const settings = await eventually(() => follower.updates.findLast((update) => update.settings !== undefined)?.settings, 'settings')
    expect(settings).toMatchObject({ maxIdleConnections: 2000, maxIdleConnectionsPerHost: 256 })
  })

  it('a table in parts, which are whole only together', async () => {
    const cluster = world()
    for (let index = 0; index < 450; index++) cluster.put(aChannel(`c${index}`))
    const controller = await replica(cluster, 'eventing-controller-1')
    const follower = await follow(controller, { acknowledges: false })
    const parts = follower.updates.filter(({ complete }) => complete)
    expect(parts.map(({ channels, part, continues }) => [channels.length, part, continues])).toEqual([
      [200, 0, true],
      [200, 1, true],
      [50, 2, false]
    ])
  })

  it('only with a token that is good for it, and not before the caches are filled', async () => {
    const cluster = world()
    const controller = await replica(cluster, 'eventing-controller-1')
    const client = dialGrpc(eventRouting.EventRoutingClient, `127.0.0.1:${controller.routingPort}`)
    closers.push(() => client.close())
    const call = client.follow()
    const ended = new Promise<string>((resolve) => call.on('error', (error: Error) => resolve(error.message)))
    call.on('data', () => undefined)
    call.write(eventRouting.DataPlaneReport.fromPartial({ pod: 'x' }))
    expect(await ended).toContain('you do not know the word')
  })

  it('and what others have said of a pod that is gone does not count', async () => {
    const cluster = world()
    const controller = await replica(cluster, 'eventing-controller-1')
    const gone = await follow(controller, { name: 'old', address: 'ip-old', acknowledges: false })
    await follow(controller)
    await cluster.client.create(inMemoryChannels, aChannel())
    await cluster.client.create(subscriptions, aSubscription())
    const see = watching(cluster)
    await see.reason(inMemoryChannels, 'hello', 'EndpointsReady', 'DispatcherNotUpdated')
    gone.leave()
    expect(await see.ready(subscriptions, 'hello')).toBe(true)
  })

  it('leases bear the names of upstream', async () => {
    const cluster = world()
    const controller = await replica(cluster, 'eventing-controller-1')
    await eventually(() => controller.isLeading(), 'a leader')
    await eventually(() => cluster.all(leases).length >= 15, 'all leases')
    const names = cluster.all(leases).map(({ metadata }) => metadata.name)
    expect(names).toContain('mt-broker-controller.knative.dev.eventing.pkg.reconciler.broker.trigger.reconciler.00-of-01')
    expect(names).toContain('controller.knative.dev.eventing.pkg.reconciler.subscription.reconciler.00-of-01')
  })
})
