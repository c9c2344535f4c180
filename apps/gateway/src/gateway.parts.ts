import type { Observability, Part } from '@knative-ts/host'
import type { LazyMetrics } from '@knative-ts/host/metrics'
import { createServer, createUpstreamPool, OpenRequests, type Server, type ServerOptions, untilQuiet } from '@knative-ts/proxy'
import type { Log } from '@knative-ts/telemetry/logger'
import { settingsOf } from '@knative-ts/telemetry/told-settings'
import { ownToken } from '@knative-ts/wire'
import { dataPath } from './data-path.ts'
import { untilShort } from './draining/drain.ts'
import { UpstreamPicker } from './forwarding/upstream-picker.ts'
import { WaitingRoom } from './forwarding/waiting-room.ts'
import type { GatewayEnvironment } from './gateway.config.ts'
import { inheritedSockets } from './listening/inherited-sockets.ts'
import { RoutingStream } from './routing/routing-stream.ts'
import { RoutingTable, type Side } from './routing/routing-table.ts'
import { measuredState } from './telemetry/gateway-state.ts'
import { gatewayTelemetry } from './telemetry/gateway-telemetry.ts'
import { Certificates } from './tls/certificates.ts'
import { tlsOptions } from './tls/tls-options.ts'

/** Two for clients, two for pods. */
type Listener = 'public' | 'internal' | 'https' | 'https-internal'

/** Milliseconds that short requests get when a successor waits for this process to end. */
const shortDeadlineMs = 10_000

/** The gateway's parts: the stream that fills the table, and the listeners that serve it. */
export function gatewayParts(environment: GatewayEnvironment, log: Log, observability: Observability, lazyMetrics: LazyMetrics): Part[] {
  const telemetry = gatewayTelemetry(environment, log, observability)
  const { tracing, metrics, failed } = telemetry
  const table = new RoutingTable()
  const certificates = new Certificates(log)
  let authorities = ''
  const upstreams = createUpstreamPool({ idlePerAddress: 256, idleTotal: 4_096, trunks: true, authorities: () => authorities })
  const unready = (): string | undefined => (table.isComplete ? undefined : 'no routing table has been received yet')
  const listening = Promise.withResolvers<void>()
  const stream = new RoutingStream({
    address: environment.ROUTING_ADDRESS,
    gateway: environment.POD_NAME,
    ownAddress: environment.POD_IP,
    token: () => ownToken(environment.KUBERNETES_SERVICEACCOUNT_DIRECTORY),
    apply: async (update) => {
      if (update.telemetry !== undefined) return observability.apply(settingsOf(update.telemetry))
      // Before the addresses that it is needed for.
      authorities = update.trust?.authorities ?? authorities
      certificates.apply(update)
      for (const address of table.apply(update)) upstreams.drop(address)
      await listening.promise
    },
    log
  })
  let following: Promise<void> | undefined

  const waiting = new WaitingRoom({
    totalBytes: environment.WAITING_BYTES,
    backendBytes: Math.ceil(environment.WAITING_BYTES / 2),
    backendRequests: environment.WAITING_REQUESTS
  })
  const requestsOf = (side: Side): OpenRequests =>
    new OpenRequests(
      dataPath({
        side,
        table,
        backends: table.backends,
        upstreams,
        picker: new UpstreamPicker(Math.random),
        waiting,
        patienceMs: environment.BACKEND_PATIENCE_MS,
        unready,
        random: Math.random,
        hasCertificate: (host) => certificates.has(host),
        httpsPort: environment.HTTPS_EXTERNAL_PORT,
        tracing,
        metrics
      })
    )
  const requests = { public: requestsOf('public'), internal: requestsOf('internal') }
  const servers: Record<Listener, Server[]> = { public: [], internal: [], https: [], 'https-internal': [] }
  lazyMetrics.onLoad((loaded) => {
    const state = { table, stream, upstreams, waiting, requests, servers: new Map(Object.entries(servers)) }
    loaded.include(() => [...metrics.measured, ...measuredState(state)])
  })
  const listen = async (name: Listener, target: { port: number } | { fd: number }): Promise<void> => {
    const tls = name.startsWith('https') ? tlsOptions(certificates) : undefined
    const server = createServer({
      handler: requests[name.endsWith('internal') ? 'internal' : 'public'].handler,
      onFailure: failed,
      ...protectionOf(environment, tls !== undefined),
      ...(tls === undefined ? {} : { tls })
    })
    servers[name].push(server)
    const host = environment.LISTEN_HOST
    const { port } = await server.listen('fd' in target || host === '' ? target : { ...target, host })
    log.info({ listener: name, port, inherited: 'fd' in target }, 'listening')
  }
  const inherited = inheritedSockets(environment)
  const { DRAIN_LEAST_MS: leastMs, DRAIN_ACCEPT_MS: mostMs, DRAIN_DEADLINE_MS: deadlineMs } = environment

  return [
    telemetry.part,
    {
      name: 'routing table',
      // No listener opens before there is a table: a request that came earlier would be told that its host does not exist. Connects
      // queue in the inherited socket meanwhile.
      start: async () => {
        following = stream.run()
        await table.completed()
      },
      unready,
      stop: async () => {
        stream.stop()
        await following
        upstreams.close()
      }
    },
    {
      name: 'listeners',
      start: async () => {
        await listen('internal', { port: environment.INTERNAL_PORT })
        await listen('https-internal', { port: environment.INTERNAL_HTTPS_PORT })
        await listen('public', { port: environment.PUBLIC_PORT })
        await listen('https', { port: environment.HTTPS_PORT })
        // Last: connects queue in them until everything else is there.
        for (const { listener, fd } of inherited) await listen(listener, { fd })
        listening.resolve()
      },
      drain: async () => {
        const all = Object.values(requests)
        const open = Object.values(servers).flat()
        if (inherited.length > 0) await untilShort(all, deadlineMs)
        else {
          for (const server of open) server.leave()
          await untilQuiet(all, { leastMs, mostMs })
        }
        const lastMs = inherited.length > 0 ? Math.min(shortDeadlineMs, deadlineMs) : deadlineMs
        const results = await Promise.all(open.map((server) => server.drain({ deadlineMs: lastMs })))
        log.info({ cut: results.reduce((sum, { cut }) => sum + cut, 0) }, 'drained')
      }
    }
  ]
}

/** What clients of one listener may take. */
function protectionOf(environment: GatewayEnvironment, tls: boolean): Pick<ServerOptions, 'limits' | 'times'> {
  return {
    limits: {
      connections: tls ? environment.MAX_TLS_CONNECTIONS : environment.MAX_CONNECTIONS,
      streams: environment.MAX_STREAMS,
      headBytes: environment.MAX_HEAD_BYTES,
      headerCount: environment.MAX_HEADERS
    },
    times: { headMs: environment.HEAD_TIMEOUT_MS, idleMs: environment.IDLE_TIMEOUT_MS, bodyMs: environment.BODY_TIMEOUT_MS }
  }
}
