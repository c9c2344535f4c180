/** Two replicas of the controller over one cluster, gateways on real streams. Long, because all of it is one protocol over one set-up. */
import { X509Certificate } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { status } from '@grpc/grpc-js'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { ingresses, isReady, type Ingress } from '@knative-ts/api'
import { leases, secrets, type ConfigMap, type Lease } from '@knative-ts/api/kubernetes'
import { endpointSlice, eventually, fakeCluster, keptLog, kubeService, pod, type FakeCluster } from '@knative-ts/testing'
import { selfSigned } from '@knative-ts/testing/self-signed'
import { bucketOf } from '@knative-ts/traffic'
import { bearer, dialGrpc, routing, serveGrpc } from '@knative-ts/wire'
import { Controller } from '../controller.ts'
import { decidingLeases } from '../leading/lease-names.ts'
import { Fleet } from './fleet.ts'
import { LocalGateways } from './local-gateways.ts'
import { routingService } from './routing.grpc.ts'
import { GatewayTelemetry } from '../telemetry/gateway-telemetry.ts'
import { RoutingTable } from './routing-table.ts'
import { settledWorld } from '../testing/stand-ins.ts'

const ingress = (name: string): Ingress => ({
  apiVersion: 'networking.internal.knative.dev/v1alpha1',
  kind: 'Ingress',
  metadata: {
    name,
    namespace: 'default',
    annotations: { 'networking.knative.dev/ingress.class': 'gateway.ingress.networking.knative.dev' }
  },
  spec: {
    rules: [
      {
        hosts: [`${name}.example.com`],
        visibility: 'ExternalIP',
        http: { paths: [{ splits: [{ serviceName: 'hello', serviceNamespace: 'default', servicePort: 80, percent: 100 }] }] }
      }
    ]
  }
})

/** Who knows the word may call. */
const admit = (token: string | undefined): Promise<string | undefined> => {
  if (token === 'away') return Promise.reject(new Error('the API server is away'))
  return Promise.resolve(token === 'word' ? undefined : 'you do not know the word')
}

describe('routing', () => {
  const closers: (() => unknown)[] = []
  /** The ServiceAccount's directory of every replica. */
  let account = ''
  beforeAll(async () => {
    account = await mkdtemp(join(tmpdir(), 'routing-'))
    await writeFile(join(account, 'token'), 'word\n')
  })
  afterAll(() => rm(account, { recursive: true, force: true }))
  afterEach(async () => {
    for (const close of closers.splice(0).toReversed()) await close()
  })

  const cluster = (...gateways: string[]): FakeCluster =>
    fakeCluster({
      objects: [
        ...settledWorld(),
        kubeService({ metadata: { name: 'hello' }, spec: { ports: [{ name: 'http', port: 80 }] } }),
        endpointSlice({ metadata: { name: 'hello-1' }, ports: [{ name: 'http', port: 8080 }] }),
        endpointSlice({
          metadata: { name: 'gateway-1', namespace: 'knative-serving', labels: { 'kubernetes.io/service-name': 'gateway' } },
          endpoints: gateways.map((name) => ({ addresses: [`ip-${name}`], conditions: { ready: true }, targetRef: { kind: 'Pod', name } }))
        })
      ]
    })

  let log = keptLog()
  beforeEach(() => {
    log = keptLog()
  })

  /** Its pod's address is the loopback one that it listens on, with the port in it: replicas of a test share one host. */
  const replica = async (world: FakeCluster, name: string): Promise<Controller> => {
    const config = {
      podName: name,
      identity: `${name}_1`,
      systemNamespace: 'knative-serving',
      electionConfig: 'config-leader-election',
      clusterDomain: 'cluster.local',
      serviceAccountDirectory: account,
      routing: { host: '127.0.0.1', port: 0 }
    }
    const controller = new Controller({ client: world.client, config, log, peerAddress: (ip) => ip, admit })
    await controller.start()
    world.put(pod({ metadata: { name, namespace: 'knative-serving' }, status: { podIP: `127.0.0.1:${controller.routingPort}` } }))
    closers.push(async () => {
      await controller.drain()
      await controller.stop()
    })
    return controller
  }

  interface Gateway {
    readonly updates: routing.RoutingUpdate[]
    acknowledge: boolean
    leave(): void
  }
  const gateway = async (controller: Controller, name: string, acknowledge = true): Promise<Gateway> => {
    const client = dialGrpc(routing.RoutingClient, `127.0.0.1:${controller.routingPort}`)
    const call = client.follow(bearer('word'))
    const self: Gateway = {
      updates: [],
      acknowledge,
      leave: () => {
        call.end()
        client.close()
      }
    }
    const report = (appliedSequence: number): void => void call.write({ gateway: name, address: `ip-${name}`, appliedSequence })
    call.on('data', (update: routing.RoutingUpdate) => {
      self.updates.push(update)
      if (self.acknowledge) report(update.sequence)
    })
    // The server's end ends the call.
    call.on('error', () => undefined)
    report(0)
    closers.push(() => {
      call.cancel()
      client.close()
    })
    await eventually(() => self.updates[0]?.complete)
    return self
  }
  const readiness = (world: FakeCluster, name: string): boolean => {
    const found = world.find(ingresses, `default/${name}`)
    return found !== undefined && isReady(found)
  }
  const seen = (world: FakeCluster, name: string): boolean =>
    (world.find(ingresses, `default/${name}`)?.status?.observedGeneration ?? 0) > 0

  it('makes a KIngress ready when gateways of both replicas serve it', async () => {
    const world = cluster('g1', 'g2')
    const [one, two] = [await replica(world, 'controller-1'), await replica(world, 'controller-2')]
    await eventually(() => one.isLeading())
    expect(two.isLeading()).toBe(false)
    await gateway(one, 'g1')
    const slow = await gateway(two, 'g2', false)
    await world.client.create(ingresses, ingress('a'))
    await eventually(() => seen(world, 'a'))
    await eventually(() => slow.updates.some((update) => update.ingresses.some(({ key }) => key === 'default/a')))
    expect(readiness(world, 'a')).toBe(false)
    slow.acknowledge = true
    // The next difference carries the acknowledgement of all before it.
    await world.client.create(ingresses, ingress('b'))
    await eventually(() => readiness(world, 'a') && readiness(world, 'b'))
  })

  it('hands over to the other replica, which then knows all gateways', async () => {
    const world = cluster('g1', 'g2')
    const one = await replica(world, 'controller-1')
    await eventually(() => one.isLeading())
    const two = await replica(world, 'controller-2')
    const first = await gateway(one, 'g1')
    await gateway(two, 'g2')
    await one.drain()
    await one.stop()
    first.leave()
    const again = await gateway(two, 'g1')
    await eventually(() => two.isLeading())
    expect(world.find(leases, `knative-serving/${decidingLeases(1)[0]}`)?.spec?.holderIdentity).toBe('controller-2_1')
    await world.client.create(ingresses, ingress('a'))
    await eventually(() => readiness(world, 'a'))
    expect(again.updates.at(-1)?.ingresses.map(({ key }) => key)).toEqual(['default/a'])
  })

  it('has every leader of a bucket know all gateways', async () => {
    const world = cluster('g1', 'g2')
    const data = { buckets: '2' }
    world.put({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'config-leader-election', namespace: 'knative-serving' },
      data
    } as ConfigMap)
    const names = decidingLeases(2)
    // As the second replica left it when its container ended.
    const spec = { holderIdentity: 'controller-2_1', leaseDurationSeconds: 15 }
    world.put({
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: { name: names[1] ?? '', namespace: 'knative-serving' },
      spec
    } as never)
    const [one, two] = [await replica(world, 'controller-1'), await replica(world, 'controller-2')]
    await eventually(() => one.bucketsLed === 1 && two.bucketsLed === 1)
    await gateway(one, 'g1')
    await gateway(two, 'g2')
    const all = ['a', 'b', 'c', 'd', 'e', 'f']
    expect(new Set(all.map((name) => bucketOf(`default/${name}`, names))).size).toBe(2)
    for (const name of all) await world.client.create(ingresses, ingress(name))
    await eventually(() => all.every((name) => readiness(world, name)))
    const held = (world.all(leases) as unknown as Lease[]).filter(({ metadata }) => metadata.name?.endsWith('01-of-02'))
    expect(held.map(({ spec: { holderIdentity } = {} }) => holderIdentity)).toEqual(Array.from({ length: 9 }, () => 'controller-2_1'))
  })

  it('waits for a ready gateway that left until it is back', async () => {
    const world = cluster('g1', 'g2')
    const one = await replica(world, 'controller-1')
    await eventually(() => one.isLeading())
    await gateway(one, 'g1')
    const second = await gateway(one, 'g2')
    second.leave()
    await world.client.create(ingresses, ingress('a'))
    await eventually(() => seen(world, 'a'))
    expect(readiness(world, 'a')).toBe(false)
    await gateway(one, 'g2')
    await eventually(() => readiness(world, 'a'))
  })

  it('sends only what changed, and what was deleted', async () => {
    const world = cluster('g1')
    const one = await replica(world, 'controller-1')
    const watching = await gateway(one, 'g1')
    await world.client.create(ingresses, ingress('a'))
    await world.client.create(ingresses, ingress('b'))
    await eventually(() => readiness(world, 'b'))
    const before = watching.updates.length
    await world.client.delete(ingresses, { namespace: 'default', name: 'a' })
    const update = await eventually(() => watching.updates[before])
    expect(update).toMatchObject({ complete: false, ingresses: [], removedIngresses: ['default/a'], backends: [] })
    await eventually(() => world.find(ingresses, 'default/a') === undefined)
  })

  it('brings gateways the certificates that KIngresses name, and only those', async () => {
    const world = cluster('g1')
    const secret = async (name: string): Promise<void> => {
      const { cert, key } = await selfSigned(`${name}.example.com`)
      const data = { 'tls.crt': Buffer.from(cert).toString('base64'), 'tls.key': Buffer.from(key).toString('base64') }
      const metadata = { namespace: 'default', name }
      await world.client.create(secrets, { apiVersion: 'v1', kind: 'Secret', metadata, type: 'kubernetes.io/tls', data })
    }
    const one = await replica(world, 'controller-1')
    const watching = await gateway(one, 'g1')
    await secret('other')
    const { spec, ...a } = ingress('a')
    const tls = [{ hosts: ['a.example.com'], secretName: 'a', secretNamespace: 'default' }]
    await world.client.create(ingresses, { ...a, spec: { ...spec, tls } })
    const conditionOf = () => world.find(ingresses, 'default/a')?.status?.conditions?.find(({ type }) => type === 'LoadBalancerReady')
    await eventually(() => conditionOf()?.reason === 'CertificateMissing')
    expect(conditionOf()?.message).toContain('Secret default/a of spec.tls')
    await secret('a')
    await eventually(() => readiness(world, 'a'))
    // A slip in a renewal: what was good stays, for gateways that come later too.
    await world.client.patch(secrets, { namespace: 'default', name: 'a' }, { type: 'merge', body: { data: { 'tls.key': 'eA==' } } })
    await eventually(() =>
      log.lines.some(({ message, fields }) => message.includes('cannot be used') && 'keeping' in fields && fields.keeping)
    )
    const later = await gateway(one, 'g2')
    await eventually(() => later.updates.at(-1)?.continues === false)
    expect(later.updates.flatMap(({ certificates }) => certificates)).toHaveLength(1)
    const sent = watching.updates.flatMap(({ certificates }) => certificates)
    expect(sent.map(({ key, chain }) => [key, new X509Certificate(chain).subject])).toEqual([['default/a', 'CN=a.example.com']])
  })

  it('tells gateways what the configuration says of their telemetry, when they come and when it changes', async () => {
    const world = cluster('g1')
    const logging = (level: string) =>
      world.put({
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'config-logging', namespace: 'knative-serving' },
        data: { 'loglevel.gateway': level }
      } as ConfigMap)
    logging('warn')
    const one = await replica(world, 'c1')
    const follower = await gateway(one, 'g1')
    const levels = (): (string | undefined)[] =>
      follower.updates.flatMap(({ telemetry }) => (telemetry === undefined ? [] : [telemetry.logLevel]))
    await eventually(() => levels().at(-1) === 'warn', 'the first settings')
    expect(follower.updates[0]).toMatchObject({ complete: true, telemetry: undefined })
    logging('debug')
    await eventually(() => levels().at(-1) === 'debug', 'the new settings')
    const sequences = follower.updates.filter(({ telemetry }) => telemetry !== undefined).map(({ sequence }) => sequence)
    expect(new Set(sequences)).toEqual(new Set([0]))
  })

  it('does not let a replica that fills its caches make a gateway forget its routes', async () => {
    let reason: string | undefined = 'caches are not filled yet'
    const table = new RoutingTable({
      backend: (key) => ({ key, addresses: [], h2c: false, activators: false }),
      certificate: () => undefined
    })
    const service = routingService({
      gateways: new LocalGateways('c', table),
      fleet: new Fleet(() => undefined),
      telemetry: new GatewayTelemetry(),
      unready: () => reason,
      isLeading: () => false,
      admit: { gateway: admit, controller: admit },
      log: keptLog()
    })
    const server = await serveGrpc([{ definition: routing.RoutingService, implementation: service }], { host: '127.0.0.1', port: 0 })
    const client = dialGrpc(routing.RoutingClient, `127.0.0.1:${server.port}`)
    closers.push(
      () => server.close(0),
      () => client.close()
    )
    const refused = client.follow()
    expect(await new Promise((resolve) => refused.on('error', resolve))).toMatchObject({ code: status.UNAVAILABLE, details: reason })
    const relay = client.relay()
    expect(await new Promise((resolve) => relay.on('error', resolve))).toMatchObject({ code: status.FAILED_PRECONDITION })
    reason = undefined
    const call = client.follow(bearer('word'))
    // It is cancelled below.
    call.on('error', () => undefined)
    const first = new Promise<routing.RoutingUpdate>((resolve) => call.on('data', resolve))
    call.write({ gateway: 'g1', address: '', appliedSequence: 0 })
    expect(await first).toMatchObject({ complete: true })
    call.cancel()
  })

  it.each([
    [undefined, status.UNAUTHENTICATED, 'you do not know the word'],
    ['user', status.UNAUTHENTICATED, 'you do not know the word'],
    ['away', status.UNAVAILABLE, 'cannot find out who asks: the API server is away']
  ])('tells nothing to who sends the token %j', async (token, code, details) => {
    const one = await replica(cluster(), 'controller-1')
    const client = dialGrpc(routing.RoutingClient, `127.0.0.1:${one.routingPort}`)
    closers.push(() => client.close())
    const call = client.follow(bearer(token))
    const heard: routing.RoutingUpdate[] = []
    call.on('data', (update: routing.RoutingUpdate) => heard.push(update))
    call.write({ gateway: 'g1', address: '', appliedSequence: 0 })
    expect(await new Promise((resolve) => call.on('error', resolve))).toMatchObject({ code, details })
    expect(heard).toEqual([])
  })

  it('does not believe what somebody else says of gateways', async () => {
    const world = cluster('g1')
    const one = await replica(world, 'controller-1')
    await eventually(() => one.isLeading())
    const client = dialGrpc(routing.RoutingClient, `127.0.0.1:${one.routingPort}`)
    closers.push(() => client.close())
    const call = client.relay(bearer('user'))
    // A gateway that never serves anything would keep every KIngress from being ready.
    call.write({ controller: 'forged', complete: true, gateways: [{ gateway: 'forged', address: '', connected: true, serving: {} }] })
    expect(await new Promise((resolve) => call.on('error', resolve))).toMatchObject({ code: status.UNAUTHENTICATED })
    await gateway(one, 'g1')
    await world.client.create(ingresses, ingress('a'))
    await eventually(() => readiness(world, 'a'))
  })
})
