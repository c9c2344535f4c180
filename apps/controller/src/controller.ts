import { pods } from '@knative-ts/api/kubernetes'
import { parseKey } from '@knative-ts/api'
import {
  admissionOf,
  createInformerFactory,
  systemClock,
  watchTelemetry,
  type Admission,
  type Clock,
  type InformerFactory,
  type KubeClient,
  type Log,
  type TelemetryConfig
} from '@knative-ts/kube'
import type { RegistryAccess } from '@knative-ts/registry'
import { ownToken, routing, serveGrpc, type GrpcServer } from '@knative-ts/wire'
import type { ControllerConfig } from './controller.config.ts'
import type { Acknowledgements } from './ingress/ingress.reconciler.ts'
import { Leadership } from './leading/leadership.ts'
import { reconcileLoops } from './loops.ts'
import { objectsOf } from './objects.ts'
import { Fleet } from './routing/fleet.ts'
import { followGatewayEndpoints } from './routing/gateway-endpoints.ts'
import { LocalGateways } from './routing/local-gateways.ts'
import { relayStates } from './routing/relay.ts'
import { routingService } from './routing/routing.grpc.ts'
import { feedTable } from './routing/table-feed.ts'
import { watchSettings } from './settings/settings.ts'
import { GatewayTelemetry } from './telemetry/gateway-telemetry.ts'

/** Every replica of the controller listens here, and gateways and other replicas find it here. */
const routingPort = 8090

export interface ControllerOptions {
  readonly client: KubeClient
  readonly config: Omit<ControllerConfig, 'registries'>
  /** How registries are reached; absent: directly, trusting the system's authorities. */
  readonly registries?: RegistryAccess
  readonly log: Log
  readonly clock?: Clock
  /** Where another replica's routing is served, by the address of its pod; on port 8090 there unless a test says otherwise. */
  readonly peerAddress?: (podIp: string) => string
  /** Who may call the routing service; the API server says who that is unless a test does. */
  readonly admit?: Admission
  /** Gets what the configuration says of this role's own logs, metrics and profiles. */
  readonly observe?: (config: TelemetryConfig) => void
}

/** One replica: it serves routing from its own cache always, and runs the reconcilers for the buckets that it leads. */
export class Controller {
  readonly #options: ControllerOptions
  readonly #factory: InformerFactory
  readonly #stopping = new AbortController()
  readonly #leadership: Leadership
  readonly #gateways: LocalGateways
  readonly #fleet: Fleet
  readonly #feed: ReturnType<typeof feedTable>
  readonly #synced = Promise.withResolvers<void>()
  readonly #gatewayTelemetry = new GatewayTelemetry()
  #server: GrpcServer | undefined
  #ready = false
  #relaying: Promise<void> | undefined

  constructor(options: ControllerOptions) {
    const { client, config, log, clock = systemClock } = options
    const { systemNamespace, clusterDomain } = config
    const access = options.registries === undefined ? {} : { registries: options.registries }
    this.#options = options
    this.#factory = createInformerFactory(client, { log, clock })
    const objects = objectsOf(this.#factory)
    const settings = watchSettings({ factory: this.#factory, systemNamespace, clusterDomain, log })
    const telemetry = { factory: this.#factory, namespace: systemNamespace, log }
    watchTelemetry({ ...telemetry, component: 'controller', apply: options.observe ?? (() => undefined) })
    watchTelemetry({ ...telemetry, component: 'gateway', apply: (told) => this.#gatewayTelemetry.set(told) })
    this.#fleet = new Fleet((key) => loops.ingressProgress(parseKey(key)))
    const fleet = this.#fleet
    const gateways: Acknowledgements = {
      servedByAll: (key, version) => fleet.servedByAll(key, version),
      whenServedByAll: (key, version, ms, signal) => fleet.whenServedByAll(key, version, ms, signal),
      release: (key) => fleet.release(key),
      lacking: (key) => this.#feed.table.lacking(key)
    }
    const loops = reconcileLoops({ client, objects, settings, gateways, systemNamespace, clusterDomain, clock, log, ...access })
    const { ingresses, services, endpointSlices, tlsSecrets } = objects
    this.#feed = feedTable({
      ingresses: ingresses.informer,
      services: services.informer,
      endpointSlices: endpointSlices.informer,
      secrets: tlsSecrets.informer,
      systemNamespace,
      log
    })
    this.#gateways = new LocalGateways(config.podName, this.#feed.table)
    this.#gateways.follow((states) => this.#fleet.report(states))
    followGatewayEndpoints(endpointSlices.informer, systemNamespace, this.#fleet)
    const ready = async (): Promise<void> => {
      await this.#synced.promise
      await settings.synced()
    }
    this.#leadership = new Leadership({
      client,
      namespace: systemNamespace,
      configName: config.electionConfig,
      identity: config.identity,
      ready,
      loops: loops.all,
      clock,
      log
    })
  }

  /** Port that routing is served on, once started. */
  get routingPort(): number | undefined {
    return this.#server?.port
  }

  /** Gateways that follow the routing table of this replica. */
  get gateways(): number {
    return this.#gateways.size
  }

  /** Why gateways and probes must wait; undefined when the caches are filled. */
  unready = (): string | undefined => (this.#ready ? undefined : 'caches are not filled yet')

  /** True while this replica leads any bucket. */
  isLeading = (): boolean => this.bucketsLed > 0

  get bucketsLed(): number {
    return this.#leadership.led().length
  }

  async start(): Promise<void> {
    const { client, config, log, clock = systemClock } = this.#options
    const admissionFor = (name: string): Admission =>
      this.#options.admit ?? admissionOf({ client, account: { namespace: config.systemNamespace, name } })
    const admit = { gateway: admissionFor('gateway'), controller: admissionFor('controller') }
    const { unready, isLeading } = this
    // The election takes two round trips: they pass while the caches fill.
    this.#leadership.start()
    const held = { gateways: this.#gateways, fleet: this.#fleet, telemetry: this.#gatewayTelemetry }
    const service = routingService({ ...held, unready, isLeading, admit, log })
    this.#server = await serveGrpc([{ definition: routing.RoutingService, implementation: service }], config.routing)
    await this.#factory.start(this.#stopping.signal)
    this.#feed.table.flush()
    this.#ready = true
    this.#synced.resolve()
    const leaders = { pods: () => this.#otherLeaders(), addressOf: (pod: string) => this.#addressOf(pod) }
    const token = (): Promise<string | undefined> => ownToken(config.serviceAccountDirectory)
    this.#relaying = relayStates({ gateways: this.#gateways, leaders, token, clock, log }, this.#stopping.signal)
  }

  /** Hands over: another replica may lead before the streams of this one end. */
  async drain(): Promise<void> {
    this.#synced.resolve()
    await this.#leadership.stop()
  }

  async stop(): Promise<void> {
    this.#stopping.abort()
    this.#feed.stop()
    await this.#relaying
    await this.#server?.close(0)
  }

  #otherLeaders(): readonly string[] {
    return this.#leadership.leadingPods().filter((pod) => pod !== this.#options.config.podName)
  }

  async #addressOf(name: string): Promise<string | undefined> {
    const {
      client,
      config,
      peerAddress = (ip: string) => (ip.includes(':') ? `[${ip}]:${routingPort}` : `${ip}:${routingPort}`)
    } = this.#options
    const pod = await client.get(pods, { namespace: config.systemNamespace, name })
    return pod.status?.podIP === undefined ? undefined : peerAddress(pod.status.podIP)
  }
}
