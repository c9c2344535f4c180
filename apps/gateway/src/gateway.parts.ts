import type { Part } from '@knative-ts/host'
import { createServer, createUpstreamPool, type Server } from '@knative-ts/proxy'
import type { Log } from '@knative-ts/telemetry/logger'
import { dataPath } from './data-path.ts'
import { untilQuiet, untilShort } from './draining/drain.ts'
import { OpenRequests } from '@knative-ts/proxy'
import { AddressPicker } from './forwarding/address-picker.ts'
import type { GatewayEnvironment } from './gateway.config.ts'
import { RoutingStream } from './routing/routing-stream.ts'
import { RoutingTable, type Side } from './routing/routing-table.ts'

/** First inherited descriptor in systemd's socket activation protocol. */
const firstInherited = 3

/** Milliseconds that short requests get when a successor waits for this process to end. */
const shortDeadlineMs = 10_000

/** The gateway's parts: the stream that fills the table, and the listeners that serve it. */
export function gatewayParts(environment: GatewayEnvironment, log: Log): Part[] {
  const table = new RoutingTable()
  const upstreams = createUpstreamPool({ idlePerAddress: 256, idleTotal: 4_096 })
  const unready = (): string | undefined => (table.isComplete ? undefined : 'no routing table has been received yet')
  const listening = Promise.withResolvers<void>()
  const stream = new RoutingStream({
    address: environment.ROUTING_ADDRESS,
    gateway: environment.POD_NAME,
    ownAddress: environment.POD_IP,
    apply: async (update) => {
      for (const address of table.apply(update)) upstreams.drop(address)
      await listening.promise
    },
    log
  })
  let following: Promise<void> | undefined

  const picker = new AddressPicker()
  const patienceMs = environment.BACKEND_PATIENCE_MS
  const requestsOf = (side: Side): OpenRequests =>
    new OpenRequests(dataPath({ side, table, upstreams, picker, patienceMs, unready, random: Math.random }))
  const requests = { public: requestsOf('public'), internal: requestsOf('internal') }
  const servers: Server[] = []
  const listen = async (side: Side, target: { port: number } | { fd: number }): Promise<void> => {
    const server = createServer({ handler: requests[side].handler })
    servers.push(server)
    const { port } = await server.listen(target)
    log.info({ side, port, inherited: 'fd' in target }, 'listening')
  }
  const inherits = environment.LISTEN_FDS > 0
  const { DRAIN_ACCEPT_MS: acceptMs, DRAIN_DEADLINE_MS: deadlineMs } = environment

  return [
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
        await listen('public', { port: environment.PUBLIC_PORT })
        // Last: connects queue in it until everything else is there.
        if (inherits) await listen('public', { fd: firstInherited })
        listening.resolve()
      },
      drain: async () => {
        const all = Object.values(requests)
        await (inherits ? untilShort(all, deadlineMs) : untilQuiet(all, acceptMs))
        const mostMs = inherits ? Math.min(shortDeadlineMs, deadlineMs) : deadlineMs
        const results = await Promise.all(servers.map((server) => server.drain({ deadlineMs: mostMs })))
        log.info({ cut: results.reduce((sum, { cut }) => sum + cut, 0) }, 'drained')
      }
    }
  ]
}
