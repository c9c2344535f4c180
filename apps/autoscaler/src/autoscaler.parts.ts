import type { Observability, Part } from '@knative-ts/host'
import type { LazyMetrics } from '@knative-ts/host/metrics'
import { admissionOf, connect, loadClusterConfig, readElectionConfig, socketAddress, systemClock } from '@knative-ts/kube'
import type { Log } from '@knative-ts/telemetry/logger'
import { ownToken, serveGrpc, type GrpcServer } from '@knative-ts/wire'
import type { AutoscalerEnvironment } from './autoscaler.config.ts'
import { createAutoscaler } from './autoscaler.ts'
import { exposeDecisions } from './autoscaler.metrics.ts'
import { createLeadership } from './leadership.ts'
import { createAskPods } from './metrics/pod-connections.ts'
import { StatForwarder } from './metrics/stat-forwarder.ts'
import { anyOf, statIntakeOf } from './metrics/stat-intake.grpc.ts'

/** Milliseconds that open report streams get to end when the autoscaler stops. */
const streamGraceMs = 500

/** What the autoscaler starts: caches and the statistics port on every replica, the deciding part on the leader of each bucket alone. */
export async function autoscalerParts(
  environment: AutoscalerEnvironment,
  log: Log,
  metrics: LazyMetrics,
  observability: Observability
): Promise<Part[]> {
  const client = connect(await loadClusterConfig())
  const stop = new AbortController()
  const autoscaler = createAutoscaler({
    client,
    systemNamespace: environment.SYSTEM_NAMESPACE,
    ask: createAskPods(),
    clusterDomain: environment.CLUSTER_DOMAIN,
    clock: systemClock,
    log,
    observe: (config) => observability.apply(config)
  })
  metrics.onLoad((loaded) => exposeDecisions(autoscaler, loaded))
  let synced = false
  const namespace = environment.SYSTEM_NAMESPACE
  const leadership = createLeadership({
    client,
    namespace,
    identity: `${environment.POD_NAME}_${environment.POD_IP}`,
    config: await readElectionConfig(client, namespace, environment.CONFIG_LEADERELECTION_NAME),
    lead: (signal, accepts) => autoscaler.lead(signal, accepts),
    clock: systemClock,
    log
  })
  const forwarder = new StatForwarder({
    ownerOf: (key) => {
      const owner = leadership.ownerOf(key)
      return owner === undefined || owner === 'self' ? owner : peerAddress(owner)
    },
    token: () => ownToken(environment.KUBERNETES_SERVICEACCOUNT_DIRECTORY),
    clock: systemClock,
    log
  })
  let server: GrpcServer | undefined
  let leading: Promise<void> | undefined
  return [
    {
      name: 'caches',
      start: async () => {
        await autoscaler.start(stop.signal)
        synced = true
      },
      unready: () => (synced ? undefined : 'the caches are not filled yet'),
      stop: async () => client.close()
    },
    {
      name: 'stats',
      start: async () => {
        const at = { host: environment.STATS_HOST, port: environment.STATS_PORT }
        const admissionFor = (name: string) => admissionOf({ client, account: { namespace, name } })
        const admit = anyOf(admissionFor('activator'), admissionFor('autoscaler'))
        const intake = statIntakeOf({ take: autoscaler.intake, pass: (batch) => forwarder.pass(batch), admit, log })
        server = await serveGrpc([intake], at)
      },
      stop: async () => {
        forwarder.stop()
        await server?.close(streamGraceMs)
      }
    },
    {
      name: 'leader election',
      start: async () => {
        leading = leadership.run(stop.signal)
      },
      stop: async () => {
        stop.abort()
        await leading
      }
    }
  ]
}

/** Port that every autoscaler takes statistics on. */
const statsPort = 8080

const peerAddress = (ip: string): string => socketAddress(ip, statsPort)
