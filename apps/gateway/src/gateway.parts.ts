import type { Part } from '@knative-ts/host'
import { createServer, createUpstreamPool, type Server } from '@knative-ts/proxy'
import type { Log } from '@knative-ts/telemetry/logger'
import { dataPath } from './data-path.ts'
import { AddressPicker } from './forwarding/address-picker.ts'
import type { GatewayEnvironment } from './gateway.config.ts'
import { RoutingStream } from './routing/routing-stream.ts'
import { RoutingTable, type Side } from './routing/routing-table.ts'

/** First inherited descriptor in systemd's socket activation protocol. */
const firstInherited = 3

/** The gateway's parts: the stream that fills the table, and two listeners that serve it. */
export function gatewayParts(environment: GatewayEnvironment, log: Log): Part[] {
  const table = new RoutingTable()
  const upstreams = createUpstreamPool({ idlePerAddress: 256, idleTotal: 4_096 })
  const unready = (): string | undefined => (table.isComplete ? undefined : 'no routing table has been received yet')
  const shared = {
    table,
    upstreams,
    picker: new AddressPicker(),
    patienceMs: environment.BACKEND_PATIENCE_MS,
    unready,
    random: Math.random
  }
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

  const listener = (side: Side, ports: readonly ({ port: number } | { fd: number })[]): Part => {
    const servers: Server[] = []
    return {
      name: `${side} listener`,
      start: async () => {
        for (const target of ports) {
          const server = createServer({ handler: dataPath({ ...shared, side }) })
          servers.push(server)
          const { port } = await server.listen(target)
          log.info({ side, port, inherited: 'fd' in target }, 'listening')
        }
      },
      drain: async () => {
        await Promise.all(servers.map((server) => server.drain({ deadlineMs: environment.DRAIN_DEADLINE_MS })))
      }
    }
  }
  const inherited = environment.LISTEN_FDS > 0 ? [{ fd: firstInherited }] : []

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
    listener('internal', [{ port: environment.INTERNAL_PORT }]),
    listener('public', [{ port: environment.PUBLIC_PORT }, ...inherited]),
    { name: 'acknowledgements', start: async () => listening.resolve() }
  ]
}
