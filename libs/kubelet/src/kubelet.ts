/**
 * The node agent: registers the node, schedules pods to it, runs them, and serves Services and names to them.
 * Long, because its parts meet here alone: which begins before which, and which ends after which, is read in one place.
 */
import type * as k8s from '@knative-ts/api/kubernetes'
import {
  configMaps,
  endpointSlices,
  nodes,
  persistentVolumeClaims,
  persistentVolumes,
  pods,
  secrets,
  services
} from '@knative-ts/api/kubernetes'
import {
  createEventRecorder,
  createInformerFactory,
  equalJson,
  type Informer,
  isNotFound,
  type KubeClient,
  type Log,
  type UsageSource
} from '@knative-ts/kube'
import type { KubeObject } from '@knative-ts/api'
import { type RegistryAccess, registryAccess, RegistryClient } from '@knative-ts/registry'
import { cpus, totalmem } from 'node:os'
import { join } from 'node:path'
import { cleanUp, nodeMarkOf } from './clean-up.ts'
import { DockerEngine } from './docker/docker-engine.ts'
import { DockerImages } from './docker/docker-images.ts'
import { DockerNetwork } from './docker/docker-network.ts'
import { DockerRuntime } from './docker/docker-runtime.ts'
import type { ServiceDirectory } from './dns/cluster-zone.ts'
import { DnsServer } from './dns/dns-server.ts'
import { serviceEnv } from './env/service-env.ts'
import { Images } from './image/images.ts'
import { PackageImages } from './image/package-images.ts'
import { ImagePuller } from './image/pull/image-puller.ts'
import { RegistryImages } from './image/pull/registry-images.ts'
import { openIsolation } from './isolation/open-isolation.ts'
import { HostPorts } from './network/host-ports.ts'
import type { Network, NetworkFacts } from './network/network.ts'
import { type NetworkMode, openNetwork, type OpenNetwork } from './network/open-network.ts'
import { machineFacts } from './node/machine.ts'
import { nodeOf } from './node/node-of.ts'
import { Registration } from './node/registration.ts'
import { NodePods } from './node/node-pods.ts'
import { StorageEviction } from './node/storage-eviction.ts'
import type { NodeAgent } from './pod/node-agent.ts'
import { type BackOffPolicy, imageBackOff, reducedBackOff } from './pod/restart-back-off.ts'
import { openCgroups } from './process/cgroups.ts'
import { ProcessRuntime } from './runtime/process-runtime.ts'
import { Forwarder } from './service/forwarder.ts'
import { ServiceProxy } from './service/service-proxy.ts'
import { type PodStreams, podStreams } from './streams/pod-streams.ts'
import { UsageSampler } from './usage/usage-sampler.ts'
import { cachingIssuer } from './volume/token-cache.ts'
import type { IssueToken } from './volume/payload.ts'

/** What a node agent is made of. */
export interface KubeletOptions {
  readonly client: KubeClient
  readonly nodeName: string
  /** A directory of the agent's own; what it holds is removed at start. */
  readonly stateDirectory: string
  /** A mode, or what `openNetwork` gave: an API server needs the ranges before the agent can start. The agent closes it. */
  readonly network: NetworkMode | OpenNetwork
  /** Directories whose subdirectories are the images `dev.local/NAME`. */
  readonly imageRoots: readonly string[]
  /** Directory of the image store, which others may fill while the agent runs; one that goes with the agent unless given. */
  readonly imageStore?: string
  /** Image name (`dev.local/knative-ts/NAME`) to package directory. */
  readonly systemImages: Readonly<Record<string, string>>
  /**
   * Where the API server listens on 127.0.0.1, and the authority of its certificate. `listenAt`: it can listen at the ClusterIP of Service `kubernetes`
   * itself; the agent forwards connections unless given.
   */
  readonly apiServer: {
    readonly port: number
    readonly caPem: string
    readonly listenAt?: (host: string, port: number) => Promise<void>
  }
  readonly issueToken: IssueToken
  readonly log: Log
  readonly backOff?: BackOffPolicy
  /** Between two attempts to pull an image from its registry; the kubelet's unless given. */
  readonly pullBackOff?: BackOffPolicy
  /** How registries are reached; directly, trusting the system's authorities, unless given. */
  readonly registries?: RegistryAccess
  /** How often pods with limits of local storage are looked at. ms; 5 s unless given. */
  readonly evictionIntervalMs?: number
  /** The Docker engine that runs images which nothing else here has: `auto` for the usual socket, or `unix://PATH`. None unless given. */
  readonly docker?: string
  readonly nodeBinary: string
}

/** A running node agent. */
export interface Kubelet {
  readonly network: NetworkFacts
  /** Logs and exec, for the API server. */
  readonly podStreams: PodStreams
  /** What the pods and the node use, for the metrics API. */
  readonly usage: UsageSource
  /** Ends all pods for good, by priority, as a node does that shuts down; to be followed by {@link stop}. */
  shutDown(graceMs: number): Promise<void>
  /** Ends all pods (SIGKILL after `graceMs`, 2 s unless given) and removes namespaces, devices and files. */
  stop(graceMs?: number): Promise<void>
}

/** Events wait this long, so that they do not take the processor from the pod whose start they tell of. ms. */
const eventDelayMs = 300

/** Starts the agent; resolves when the node is registered, Services are served, and pods are being run. */
export async function startKubelet(options: KubeletOptions): Promise<Kubelet> {
  const { client, nodeName, nodeBinary, log } = options
  const opened =
    typeof options.network === 'string'
      ? await openNetwork({ mode: options.network, stateDirectory: options.stateDirectory, log })
      : options.network
  const { ledger, stateDirectory } = opened
  const stopping = new AbortController()
  const factory = createInformerFactory(client, { log, managedFields: 'dropped' })
  const informers = {
    pods: factory.informer(pods),
    configMaps: factory.informer(configMaps),
    secrets: factory.informer(secrets),
    services: factory.informer(services),
    nodes: factory.informer(nodes),
    claims: factory.informer(persistentVolumeClaims),
    volumes: factory.informer(persistentVolumes),
    slices: factory.informer(endpointSlices, {
      indexes: { service: (slice) => [`${slice.metadata.namespace}/${slice.metadata.labels?.['kubernetes.io/service-name'] ?? ''}`] }
    })
  }
  await factory.start(stopping.signal)
  const recorder = createEventRecorder({ client, component: 'kubelet', host: nodeName, log })
  // The agent schedules too; people look for what the scheduler said under its name.
  const scheduler = createEventRecorder({ client, component: 'default-scheduler', log })
  const hostPorts = new HostPorts()
  const tokens = cachingIssuer(options.issueToken)
  const recording = new Set<NodeJS.Timeout>()
  const node = { ledger, cgroups: openCgroups(nodeMarkOf(stateDirectory)), nodeMark: nodeMarkOf(stateDirectory) }
  const processes = new ProcessRuntime({ ...node, nodeBinary })
  const packages = new PackageImages({ roots: options.imageRoots, system: options.systemImages, nodeBinary, runtime: processes })
  const isolation = openIsolation({
    ...node,
    images: options.imageStore ?? join(stateDirectory, 'images'),
    mode: opened.network.facts.mode,
    launcher: opened.launcher,
    log
  })
  const local = new Images([packages, isolation.source])
  const { engine, images: here, network } = await withDocker(options, opened, local)
  const registries = new RegistryClient(options.registries ?? registryAccess({}))
  const puller = new ImagePuller(isolation.store, registries, stopping.signal)
  // Where there is an engine, it pulls what it runs.
  const images = engine === undefined && isolation.runs ? here.and(new RegistryImages(puller, isolation.source)) : here
  const agent: NodeAgent = {
    client,
    nodeName,
    stateDirectory,
    network,
    services: {
      images,
      hostPorts,
      backOff: options.backOff ?? reducedBackOff,
      pullBackOff: options.pullBackOff ?? imageBackOff,
      log
    },
    references: {
      configMap: (namespace, name) => find(client, informers.configMaps, namespace, name),
      secret: (namespace, name) => find(client, informers.secrets, namespace, name),
      storage: {
        claim: (namespace, name) => find(client, informers.claims, namespace, name),
        volume: (name) => find(client, informers.volumes, '', name)
      }
    },
    issueToken: (...asked) => tokens.issue(...asked),
    allocatable: { cpu: cpus().length, memoryBytes: totalmem() },
    caPem: options.apiServer.caPem,
    serviceEnv: (pod) => ({ ...linksOf(pod, informers.services), ...apiServerEnv(network.facts) }),
    event(pod, type, reason, message, container) {
      const timer = setTimeout(() => {
        recording.delete(timer)
        const by = reason === 'Scheduled' || reason === 'FailedScheduling' ? scheduler : recorder
        by.record(pod, type, reason, message, container === undefined ? undefined : fieldPathOf(pod, container))
      }, eventDelayMs)
      recording.add(timer)
    },
    forget: (uid) => tokens.forget(uid)
  }
  const apiServer = await serveApiServer(network, options.apiServer)
  const directory: ServiceDirectory = {
    service: (namespace, name) => informers.services.cache.get({ namespace, name }),
    slices: (namespace, name) => informers.slices.cache.byIndex('service', `${namespace}/${name}`)
  }
  const proxy = new ServiceProxy(informers.services, directory, network.facts, log)
  const dns = new DnsServer(network.facts.dns, directory)
  await dns.start()
  const own = nodeOf(nodeName, network.facts, machineFacts(stateDirectory))
  const registration = new Registration({ client, node: own, directory: stateDirectory, log })
  await registration.start(stopping.signal)
  const nodePods = new NodePods(
    agent,
    informers.pods,
    () => informers.nodes.cache.get({ namespace: '', name: nodeName }) ?? own,
    (namespace, name) => informers.claims.cache.get({ namespace, name })
  )
  const stopWatching = [
    informers.configMaps.onChange(({ before, after }) => nodePods.sourceChanged('ConfigMap', (after ?? before) as KubeObject)),
    informers.nodes.onChange(({ before, after }) => {
      if (after?.metadata.name === nodeName && !equalJson(before?.spec, after.spec)) nodePods.nodeChanged()
    }),
    informers.claims.onChange(({ before, after }) => nodePods.claimChanged((after ?? before) as KubeObject)),
    informers.secrets.onChange(({ before, after }) => nodePods.sourceChanged('Secret', (after ?? before) as KubeObject))
  ]
  nodePods.start()
  const usage = new UsageSampler(nodeName, () => nodePods.measured(), log)
  usage.start()
  const eviction = new StorageEviction(() => nodePods.workers(), log)
  eviction.start(options.evictionIntervalMs)
  return {
    network: network.facts,
    podStreams: podStreams(nodePods),
    usage,
    async shutDown(graceMs) {
      await registration.leave()
      await nodePods.shutDown(graceMs)
    },
    async stop(graceMs = 2_000) {
      for (const stop of stopWatching) stop()
      usage.stop()
      eviction.stop()
      await nodePods.stop(graceMs)
      stopping.abort()
      await registries.close()
      for (const timer of recording) clearTimeout(timer)
      await Promise.all([recorder.flush(), scheduler.flush()])
      proxy.close()
      hostPorts.close()
      apiServer?.close()
      await dns.close()
      await network.close()
      await engine?.removeOwn()
      isolation.close()
      await cleanUp(options.stateDirectory)
    }
  }
}

/** Which list of the spec a container is in, as events name it. */
function fieldPathOf({ spec }: k8s.Pod, container: string): string {
  const named = (list: readonly { readonly name: string }[] | undefined): boolean => list?.some(({ name }) => name === container) === true
  const list = named(spec?.initContainers) ? 'initContainers' : named(spec?.ephemeralContainers) ? 'ephemeralContainers' : 'containers'
  return `spec.${list}{${container}}`
}

/** The cache first; a miss asks the server, because the watch of one kind may be behind that of another. */
async function find<T extends KubeObject>(
  client: KubeClient,
  informer: Informer<T>,
  namespace: string,
  name: string
): Promise<T | undefined> {
  const cached = informer.cache.get({ namespace, name })
  if (cached !== undefined) return cached
  return client.get(informer.resource, { namespace, name }).catch((error: unknown) => {
    if (isNotFound(error)) return undefined
    throw error
  })
}

function linksOf(pod: k8s.Pod, informer: Informer<k8s.Service>): Record<string, string> {
  return pod.spec?.enableServiceLinks === false ? {} : serviceEnv(informer.cache.list(pod.metadata.namespace ?? ''))
}

function apiServerEnv({ apiServer: { host, port } }: NetworkFacts): Record<string, string> {
  const url = `tcp://${host}:${port}`
  return {
    KUBERNETES_SERVICE_HOST: host,
    KUBERNETES_SERVICE_PORT: String(port),
    KUBERNETES_SERVICE_PORT_HTTPS: String(port),
    KUBERNETES_PORT: url,
    [`KUBERNETES_PORT_${port}_TCP`]: url,
    [`KUBERNETES_PORT_${port}_TCP_PROTO`]: 'tcp',
    [`KUBERNETES_PORT_${port}_TCP_PORT`]: String(port),
    [`KUBERNETES_PORT_${port}_TCP_ADDR`]: host
  }
}

/** The Service `kubernetes` has no pods behind it: its ClusterIP leads to the API server on the host. */
async function serveApiServer(network: Network, { port, listenAt }: KubeletOptions['apiServer']): Promise<Forwarder | undefined> {
  const { host, port: clusterPort } = network.facts.apiServer
  if (host === '127.0.0.1') return undefined
  if (listenAt !== undefined) {
    await listenAt(host, clusterPort)
    return undefined
  }
  const forwarder = new Forwarder(() => ({ host: '127.0.0.1', port }))
  await forwarder.listen(host, clusterPort)
  return forwarder
}

/** What a Docker engine adds, where one answers: a source of images after all others, and a network that its containers can share. */
async function withDocker(
  { docker, log }: KubeletOptions,
  { network }: OpenNetwork,
  local: Images
): Promise<{ readonly engine: DockerEngine | undefined; readonly images: Images; readonly network: Network }> {
  const engine = docker === undefined ? undefined : await DockerEngine.find(docker, log)
  if (engine === undefined) return { engine, images: local, network }
  const left = await engine.removeOwn()
  if (left > 0) log.info({ containers: left }, 'removed containers that an earlier node agent had left in the Docker engine')
  const runsInEngine = async (image: string): Promise<boolean> => (await local.find(image, 'Never')).kind === 'missing'
  return {
    engine,
    images: local.and(new DockerImages(engine, new DockerRuntime(engine, log))),
    network: new DockerNetwork(network, { engine, runsInEngine })
  }
}
