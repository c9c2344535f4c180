import type { Observability, Part } from '@knative-ts/host'
import type { LazyMetrics } from '@knative-ts/host/metrics'
import type { KubeClient } from '@knative-ts/kube'
import { openLog } from '@knative-ts/messaging/log'
import { createServer, type Handler, OpenRequests, type Server, untilQuiet } from '@knative-ts/proxy'
import type { Log } from '@knative-ts/telemetry/logger'
import { EventTypes } from './event-types/event-types.ts'
import { settingsOf } from '@knative-ts/telemetry/told-settings'
import { ownToken } from '@knative-ts/wire'
import type { BrokerEnvironment, BrokerRole } from './broker.config.ts'
import { createDataPlane } from './data-plane.ts'
import { idleLimitsOf } from './delivery/idle-limits.ts'
import { DeliveryNews } from './dispatch/delivery-news.ts'
import { doorLimits } from './door-limits.ts'
import { untilLanded } from './drain.ts'
import { EventStream } from './table/event-stream.ts'
import { tableUpdateOf } from './table/table-update.ts'
import { brokerTelemetry } from './telemetry/broker-telemetry.ts'
import { storageState } from './telemetry/storage-state.ts'

/** Milliseconds between two looks at whether there is news of deliveries. */
const newsMs = 1_000

/** The parts of ingress, filter and channels: the log, the stream that fills the table, and the doors. */
export async function brokerParts(
  environment: BrokerEnvironment,
  log: Log,
  metrics: LazyMetrics,
  observability: Observability
): Promise<Part[]> {
  if (environment.BROKER_ROLES.includes('job-sink')) {
    const { jobSinkParts } = await import('./job-sink/job-sink.parts.ts')
    return jobSinkParts(environment, log, observability)
  }
  const eventTypes = new EventTypes({ client: clientOnce(), table: () => table, log })
  const telemetry = brokerTelemetry(environment, log, observability, eventTypes)
  const store = await openLog({ directory: environment.LOG_DIR ?? '', onWarning: (message) => log.warn({}, message) })
  const dataPlane = createDataPlane({
    store,
    observer: telemetry.observer,
    tracing: telemetry.tracing,
    log,
    mostBytes: environment.MAX_EVENT_BYTES,
    timeoutMs: environment.DELIVERY_TIMEOUT_MS,
    lingerMs: environment.LINGER_MS,
    heldBytes: environment.HELD_BYTES,
    flightBytes: environment.FLIGHT_BYTES,
    idle: { idlePerAddress: 256, idleTotal: 2_000 }
  })
  const { table, dispatch, sender } = dataPlane
  const news = new DeliveryNews(dispatch)
  const listening = Promise.withResolvers<void>()
  const stream = new EventStream({
    address: environment.ROUTING_ADDRESS,
    pod: environment.POD_NAME,
    ownAddress: environment.POD_IP,
    roles: environment.BROKER_ROLES,
    token: () => ownToken(environment.KUBERNETES_SERVICEACCOUNT_DIRECTORY),
    apply: async (update) => {
      const { settings } = update
      if (settings !== undefined) {
        if (settings.telemetry !== undefined) observability.apply(settingsOf(settings.telemetry))
        dataPlane.sender.keepIdle(idleLimitsOf(settings.maxIdleConnections, settings.maxIdleConnectionsPerHost))
        eventTypes.isOn = settings.features['eventtype-auto-create'] === 'enabled'
      }
      table.apply(tableUpdateOf(update))
      if (update.continues) return
      await dispatch.start()
      await dispatch.settled()
      await listening.promise
    },
    deliveries: (all) => news.take(all),
    log
  })
  metrics.onLoad((loaded) => loaded.include(() => [...telemetry.measured(dataPlane), ...storageState(store, environment.LOG_DIR ?? '')]))
  const requests: OpenRequests[] = []
  const servers: Server[] = []
  const listen = async (role: BrokerRole, handler: Handler, port: number): Promise<void> => {
    const open = new OpenRequests(handler)
    requests.push(open)
    const server = createServer({ handler: open.handler, onFailure: telemetry.failed, limits: doorLimits })
    servers.push(server)
    const host = environment.LISTEN_HOST
    const bound = await server.listen(host === '' ? { port } : { port, host })
    log.info({ role, port: bound.port }, 'listening')
  }
  let following: Promise<void> | undefined
  let telling: NodeJS.Timeout | undefined
  return [
    telemetry.part,
    // Ready even while the disk has trouble: the 503 of its doors tells a publisher more than a refused connection would.
    { name: 'event log', stop: () => store.close() },
    {
      name: 'table',
      // No door opens before there is a table: an event that came earlier would be told that its broker does not exist.
      start: async () => {
        following = stream.run()
        await table.completed()
        telling = setInterval(() => stream.tellDeliveries(), newsMs)
      },
      unready: () => (table.isComplete ? undefined : 'what there is to deliver has not been received yet'),
      stop: async () => {
        clearInterval(telling)
        stream.stop()
        await following
      }
    },
    {
      name: 'dispatch',
      unready: () => {
        const stuck = dispatch.stuck(performance.now())
        return stuck.length === 0 ? undefined : stuck.map(({ text }) => text).join('; ')
      },
      drain: async () => {
        dispatch.pause()
        await untilLanded(() => sender.active, environment.DRAIN_DEADLINE_MS)
      },
      stop: () => dataPlane.close()
    },
    {
      name: 'doors',
      start: async () => {
        const { BROKER_ROLES: roles, INGRESS_PORT, FILTER_PORT, CHANNEL_PORT } = environment
        if (roles.includes('ingress')) await listen('ingress', dataPlane.ingress, INGRESS_PORT)
        if (roles.includes('filter')) await listen('filter', dataPlane.filter, FILTER_PORT)
        if (roles.includes('channel')) await listen('channel', dataPlane.channel, CHANNEL_PORT)
        listening.resolve()
      },
      drain: async () => {
        for (const server of servers) server.leave()
        await untilQuiet(requests, { leastMs: environment.DRAIN_LEAST_MS, mostMs: environment.DRAIN_ACCEPT_MS })
        const cut = await Promise.all(servers.map((server) => server.drain({ deadlineMs: environment.DRAIN_DEADLINE_MS })))
        log.info({ cut: cut.reduce((sum, one) => sum + one.cut, 0) }, 'drained')
      }
    }
  ]
}

/** A client that is made when it is first asked for. */
function clientOnce(): () => Promise<KubeClient> {
  let made: Promise<KubeClient> | undefined
  const make = async (): Promise<KubeClient> => {
    const { connect, loadClusterConfig } = await import('@knative-ts/kube')
    return connect(await loadClusterConfig())
  }
  return () =>
    (made ??= make().catch((error: unknown) => {
      // What failed once is tried anew.
      made = undefined
      throw error
    }))
}
