import type { Observability, Part } from '@knative-ts/host'
import type { LazyMetrics } from '@knative-ts/host/metrics'
import { admissionOf, connect, createElection, loadClusterConfig, podHasEnded, systemClock } from '@knative-ts/kube'
import type { Log } from '@knative-ts/telemetry/logger'
import { serveGrpc, type GrpcServer } from '@knative-ts/wire'
import type { AutoscalerEnvironment } from './autoscaler.config.ts'
import { createAutoscaler } from './autoscaler.ts'
import { exposeDecisions } from './autoscaler.metrics.ts'
import { createAskPod } from './metrics/scraper.ts'
import { statIntakeOf } from './metrics/stat-intake.grpc.ts'

/** Milliseconds that open report streams get to end when the autoscaler stops. */
const streamGraceMs = 500

/** What the autoscaler starts: caches and the statistics port on every replica, the deciding part on the leader alone. */
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
    ask: createAskPod(),
    clock: systemClock,
    log,
    observe: (config) => observability.apply(config)
  })
  metrics.onLoad((loaded) => exposeDecisions(autoscaler, loaded))
  let synced = false
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
        const admit = admissionOf({ client, account: { namespace: environment.SYSTEM_NAMESPACE, name: 'activator' } })
        server = await serveGrpc([statIntakeOf(autoscaler.intake, admit, log)], at)
      },
      stop: async () => server?.close(streamGraceMs)
    },
    {
      name: 'leader election',
      start: async () => {
        const election = createElection({
          client,
          namespace: environment.SYSTEM_NAMESPACE,
          name: 'autoscaler-bucket-00-of-01',
          identity: `${environment.POD_NAME}_${environment.POD_UID}`,
          hasEnded: podHasEnded(client, environment.SYSTEM_NAMESPACE),
          onStartedLeading: (signal) => {
            log.info('leading: deciding for all revisions')
            return autoscaler.lead(signal)
          },
          log
        })
        leading = election.run(stop.signal)
      },
      stop: async () => {
        stop.abort()
        await leading
      }
    }
  ]
}
