import { pods } from '@knative-ts/api/kubernetes'
import {
  admissionOf,
  createInformerFactory,
  socketAddress,
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
import { ownToken, serveGrpc, type GrpcServer } from '@knative-ts/wire'
import type { ControllerConfig } from './controller.config.ts'
import type { Group, GroupGauge, GroupSurroundings } from './group.ts'
import { Leadership } from './leading/leadership.ts'
import { relayStates } from './routing/relay.ts'
import { servingGroup } from './serving-group.ts'

/** Every replica of the controller listens here, and gateways and other replicas find it here. */
const routingPort = 8090

export interface ControllerOptions {
  readonly client: KubeClient
  readonly config: Omit<ControllerConfig, 'registries' | 'group' | 'sourceImage'>
  /** What it reconciles; Serving unless told otherwise. */
  readonly group?: (surroundings: GroupSurroundings) => Group
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
  readonly #group: Group
  readonly #synced = Promise.withResolvers<void>()
  #server: GrpcServer | undefined
  #ready = false
  #relaying: Promise<void> | undefined

  constructor(options: ControllerOptions) {
    const { client, config, log, clock = systemClock, group = servingGroup } = options
    const { podName, systemNamespace, clusterDomain } = config
    const access = options.registries === undefined ? {} : { registries: options.registries }
    this.#options = options
    this.#factory = createInformerFactory(client, { log, clock, managedFields: 'dropped' })
    const apply = options.observe ?? (() => undefined)
    this.#group = group({ client, factory: this.#factory, podName, systemNamespace, clusterDomain, clock, log, ...access })
    watchTelemetry({ factory: this.#factory, namespace: systemNamespace, component: 'controller', apply, log })
    const ready = async (): Promise<void> => {
      await this.#synced.promise
      await this.#group.synced()
    }
    this.#leadership = new Leadership({
      client,
      namespace: systemNamespace,
      configName: config.electionConfig,
      identity: config.identity,
      ready,
      loops: this.#group.loops,
      leases: this.#group.leases,
      clock,
      log
    })
  }

  /** Port that routing is served on, once started. */
  get routingPort(): number | undefined {
    return this.#server?.port
  }

  /** Pods that follow the table of this replica. */
  get gateways(): number {
    return this.#group.followers
  }

  /** Numbers of what it reconciles and serves. */
  get gauges(): readonly GroupGauge[] {
    return this.#group.gauges
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
    const { unready, isLeading } = this
    // The election takes two round trips: they pass while the caches fill.
    this.#leadership.start()
    this.#server = await serveGrpc([this.#group.service({ unready, isLeading, admissionFor })], config.routing)
    await this.#factory.start(this.#stopping.signal)
    this.#group.flush()
    this.#ready = true
    this.#synced.resolve()
    const leaders = { pods: () => this.#otherLeaders(), addressOf: (pod: string) => this.#addressOf(pod) }
    const token = (): Promise<string | undefined> => ownToken(config.serviceAccountDirectory)
    const tell = (address: string, proof: string | undefined) => this.#group.tell(address, proof)
    this.#relaying = relayStates({ tell, leaders, token, clock, log }, this.#stopping.signal)
  }

  /** Hands over: another replica may lead before the streams of this one end. */
  async drain(): Promise<void> {
    this.#synced.resolve()
    await this.#leadership.stop()
  }

  async stop(): Promise<void> {
    this.#stopping.abort()
    this.#group.stop()
    await this.#relaying
    await this.#server?.close(0)
  }

  #otherLeaders(): readonly string[] {
    return this.#leadership.leadingPods().filter((pod) => pod !== this.#options.config.podName)
  }

  async #addressOf(name: string): Promise<string | undefined> {
    const { client, config, peerAddress = (ip: string) => socketAddress(ip, routingPort) } = this.#options
    const pod = await client.get(pods, { namespace: config.systemNamespace, name })
    return pod.status?.podIP === undefined ? undefined : peerAddress(pod.status.podIP)
  }
}
