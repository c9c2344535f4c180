/** The activator as one object: informers, throttlers, statistics and the data path, wired without a container. */
import { keyOf, parseNetworkConfig, revisionLabel, revisions, serviceTypeLabel, type KubeObject, type ObjectKey } from '@knative-ts/api'
import { endpointSlices, pods } from '@knative-ts/api/kubernetes'
import { createInformerFactory, watchConfig, watchTelemetry, type KubeClient, type TelemetryConfig } from '@knative-ts/kube'
import { createUpstreamPool, type Handler, type UpstreamPool } from '@knative-ts/proxy'
import type { Log } from '@knative-ts/telemetry/logger'
import { privateServiceOf } from './backends/private-service.ts'
import type { MeshMode } from './backends/service-address.ts'
import { shareOf } from './backends/share-of.ts'
import { dataPath } from './data-path.ts'
import { type Room, type RoomLimits, roomOf } from './holding/room.ts'
import { RevisionFinder } from './revision/revision-finder.ts'
import { RevisionTable } from './revision/revision-table.ts'
import { AutoscalerLink } from './stats/autoscaler-link.ts'
import { ConcurrencyReporter } from './stats/concurrency-reporter.ts'
import { RoleCertificate } from './tls/role-certificate.ts'
import { noObservers, type Observers } from './telemetry/observers.ts'

export interface ActivatorOptions {
  readonly client: KubeClient
  readonly podName: string
  /** Our address in the endpoints of public Services. */
  readonly podIp: string
  readonly systemNamespace: string
  readonly clusterDomain: string
  readonly statsPatienceMs: number
  /** The token of our ServiceAccount, by which autoscalers know us. */
  readonly token: () => Promise<string | undefined>
  /** How much may be open, and what of it that waits for a pod may cost. */
  readonly limits: RoomLimits
  readonly random: () => number
  readonly log: Log
  /** Gets what the configuration says of this role's logs, metrics, traces and profiles. */
  readonly observe?: (config: TelemetryConfig) => void
  /** Who looks at requests; nobody when absent. */
  readonly observers?: Observers
}

export interface Activator {
  readonly handler: Handler
  readonly revisions: RevisionTable
  readonly reporter: ConcurrencyReporter
  readonly link: AutoscalerLink
  readonly room: Room
  /** Connections to pods. */
  readonly upstreams: UpstreamPool
  /** What it shows where it is spoken to over TLS. */
  readonly certificate: RoleCertificate
  /** Resolves when the caches are filled. */
  start(): Promise<void>
  /** Makes kubelet probes on the data port fail from now on. */
  beginDrain(): void
  stop(): void
}

const serviceNameLabel = 'kubernetes.io/service-name'

/** Idle connections as upstream's transport keeps them (reference 4.1). */
const idle = { idlePerAddress: 100, idleTotal: 1_000 }

export function createActivator(options: ActivatorOptions): Activator {
  const { client, systemNamespace, log } = options
  const factory = createInformerFactory(client, { log })
  watchTelemetry({ factory, namespace: systemNamespace, component: 'activator', apply: options.observe ?? (() => undefined), log })
  const certificate = new RoleCertificate({ factory, systemNamespace, log })
  const upstreams = createUpstreamPool({ ...idle, trunks: true, authorities: () => certificate.authorities })
  const known = factory.informer(revisions)
  const revisionPods = factory.informer(pods, {
    labelSelector: revisionLabel,
    indexes: { revision: (pod) => [textOf(revisionOf(pod))] }
  })
  const publicSlices = factory.informer(endpointSlices, {
    labelSelector: `${serviceTypeLabel}=Public`,
    indexes: { service: (slice) => [textOf(serviceOf(slice))] }
  })
  const autoscalerSlices = factory.informer(endpointSlices, {
    namespace: systemNamespace,
    labelSelector: `${serviceNameLabel}=autoscaler`
  })

  const room = roomOf(options.limits)
  let mesh: MeshMode = 'auto'
  const table = new RevisionTable({
    upstreams,
    room,
    random: options.random,
    mesh: () => mesh,
    privateService: (key, secured) => privateServiceOf(client, key, secured),
    log,
    podsOf: (key) => revisionPods.cache.byIndex('revision', textOf(key)),
    shareOf: (key, port) => shareOf(publicSlices.cache.byIndex('service', textOf(key)), port, options.podIp)
  })
  const reporter = new ConcurrencyReporter((reports) => link.send(reports))
  const link = new AutoscalerLink({
    podName: options.podName,
    current: () => reporter.current(),
    token: options.token,
    patienceMs: options.statsPatienceMs,
    log
  })

  const meshed = ({ meshCompatibilityMode }: { readonly meshCompatibilityMode: MeshMode }): void => {
    mesh = meshCompatibilityMode
    table.reviewMesh()
  }
  watchConfig(factory, systemNamespace, 'config-network', parseNetworkConfig, meshed, log)
  known.onChange(({ before, after }) => {
    if (after !== undefined) table.put(after)
    else if (before !== undefined) table.remove(keyOf(before))
  })
  revisionPods.onChange(({ before, after }) => {
    if (after !== undefined) table.observePod(revisionOf(after), after)
    else if (before !== undefined) table.forgetPod(revisionOf(before), before)
  })
  publicSlices.onChange(({ before, after }) => {
    const slice = after ?? before
    if (slice !== undefined) table.refreshShare(serviceOf(slice))
  })
  autoscalerSlices.onChange(() => link.follow(autoscalerSlices.cache.list()))

  const finder = new RevisionFinder(table, client)
  const stopping = new AbortController()
  let draining = false
  return {
    revisions: table,
    reporter,
    link,
    room,
    upstreams,
    certificate,
    handler: dataPath({
      clusterDomain: options.clusterDomain,
      unready: () => (draining ? 'shutting down' : link.problem()),
      find: (key) => finder.find(key),
      reporter,
      upstreams,
      observers: options.observers ?? noObservers
    }),
    start: async () => {
      await factory.start(stopping.signal)
      reporter.start()
    },
    beginDrain: () => {
      draining = true
    },
    stop: () => {
      stopping.abort()
      reporter.stop()
      link.close()
      table.close()
      upstreams.close()
    }
  }
}

const textOf = ({ namespace, name }: ObjectKey): string => `${namespace}/${name}`

function labelKey(object: KubeObject, label: string): ObjectKey {
  return { namespace: object.metadata.namespace ?? '', name: object.metadata.labels?.[label] ?? '' }
}

const revisionOf = (pod: KubeObject): ObjectKey => labelKey(pod, revisionLabel)

/** A revision's public Service has its name. */
const serviceOf = (slice: KubeObject): ObjectKey => labelKey(slice, serviceNameLabel)
