import type { Observability, Part } from '@knative-ts/host'
import type { LazyMetrics } from '@knative-ts/host/metrics'
import { connect, loadClusterConfig } from '@knative-ts/kube'
import { createServer, OpenRequests, type Server } from '@knative-ts/proxy'
import type { Log } from '@knative-ts/telemetry/logger'
import { ownToken } from '@knative-ts/wire'
import type { ActivatorEnvironment } from './activator.config.ts'
import { exposeLoad } from './activator.metrics.ts'
import { createActivator } from './activator.ts'
import { untilQuiet } from './drain.ts'
import { limitsOf } from './limits-of.ts'
import { memoryLimit } from './memory-limit.ts'
import { requestTimes } from './request-times.ts'
import { SecureListener } from './tls/secure-listener.ts'
import { activatorTelemetry } from './telemetry/activator-telemetry.ts'

/** The activator's parts: caches, the way to the autoscalers, and the listeners. */
export async function activatorParts(
  environment: ActivatorEnvironment,
  log: Log,
  metrics: LazyMetrics,
  observability: Observability
): Promise<Part[]> {
  const client = connect(await loadClusterConfig())
  const limits = limitsOf(environment, memoryLimit())
  log.info({ ...limits.holding, requests: limits.requests, connections: limits.connections }, 'limits')
  const telemetry = activatorTelemetry(environment, log, observability)
  const activator = createActivator({
    client,
    podName: environment.POD_NAME,
    podIp: environment.POD_IP,
    systemNamespace: environment.SYSTEM_NAMESPACE,
    clusterDomain: environment.CLUSTER_DOMAIN,
    statsPatienceMs: environment.STATS_PATIENCE_MS,
    token: () => ownToken(environment.KUBERNETES_SERVICEACCOUNT_DIRECTORY),
    limits,
    random: Math.random,
    log,
    observe: (config) => observability.apply(config),
    observers: telemetry.observers
  })
  if (environment.ACTIVATOR_TIMINGS === '1') requestTimes.subscribe((times) => log.info(times as object, 'request times'))
  const requests = new OpenRequests(activator.handler)
  metrics.onLoad((loaded) => {
    exposeLoad(activator, requests, loaded)
    loaded.include(() => telemetry.measured())
  })
  const servers: Server[] = []
  const serving = { handler: requests.handler, onFailure: telemetry.failed, limits: { connections: limits.connections }, trunks: true }
  const secure = new SecureListener({ port: environment.HTTPS_PORT, serverOf: (tls) => createServer({ ...serving, tls: { ...tls } }), log })
  let synced = false
  return [
    telemetry.part,
    {
      name: 'caches',
      start: async () => {
        await activator.start()
        synced = true
      },
      unready: () => (synced ? undefined : 'the caches are not filled yet'),
      stop: async () => {
        activator.stop()
        client.close()
      }
    },
    { name: 'autoscalers', unready: () => activator.link.problem() },
    {
      name: 'listeners',
      start: async () => {
        for (const port of [environment.HTTP_PORT, environment.H2C_PORT]) {
          const server = createServer(serving)
          servers.push(server)
          const bound = await server.listen({ port })
          log.info({ port: bound.port }, 'listening')
        }
        // One that has no certificate yet opens when it has.
        activator.certificate.follow((certificate) => secure.show(certificate))
        await secure.opened
      },
      drain: async () => {
        activator.beginDrain()
        const { DRAIN_IDLE_MS: idleMs, DRAIN_ACCEPT_MS: acceptMs, DRAIN_DEADLINE_MS: deadlineMs } = environment
        await untilQuiet(requests, { idleMs, acceptMs, deadlineMs })
        const open = secure.server === undefined ? servers : [...servers, secure.server]
        const cut = await Promise.all(open.map((server) => server.drain({ deadlineMs })))
        log.info({ cut: cut.reduce((sum, one) => sum + one.cut, 0) }, 'drained')
      }
    }
  ]
}
