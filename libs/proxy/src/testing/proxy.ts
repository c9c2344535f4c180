import { createServer } from '../server/create-server.ts'
import type { Exchange } from '../server/exchange.ts'
import type { Outcome } from '../upstream/outcome.ts'
import { badGateway } from '../server/refuse.ts'
import type { Server, ServerOptions } from '../server/server.ts'
import { createUpstreamPool } from '../upstream/upstream-pool.ts'
import type { ForwardOptions, PoolOptions, UpstreamPool } from '../upstream/upstreams.ts'
import { until } from './until.ts'

export interface TestProxy {
  readonly port: number
  readonly server: Server
  readonly pool: UpstreamPool
  /** Outcomes of all forwards, in the order in which they ended. */
  readonly outcomes: Outcome[]
  readonly exchanges: Exchange[]
  outcome(index: number): Promise<Outcome>
  close(): Promise<void>
}

/** A server on loopback that forwards every request to `address` and answers 502 where forwarding leaves that to it. */
export async function startProxy(
  address: string,
  options: {
    server?: Partial<ServerOptions>
    pool?: PoolOptions
    forward?: ForwardOptions
    before?: (exchange: Exchange) => Promise<void> | void
  } = {}
): Promise<TestProxy> {
  const pool = createUpstreamPool(options.pool)
  const outcomes: Outcome[] = []
  const exchanges: Exchange[] = []
  const server = createServer({
    handler: async (exchange) => {
      exchanges.push(exchange)
      await options.before?.(exchange)
      const outcome = await pool.forward(exchange, address, options.forward)
      outcomes.push(outcome)
      if (outcome.kind === 'upstream-failed' && outcome.phase !== 'mid-body') badGateway(exchange, outcome.error)
    },
    ...options.server
  })
  const { port } = await server.listen({ port: 0, host: '127.0.0.1' })
  return {
    port,
    server,
    pool,
    outcomes,
    exchanges,
    outcome: async (index) => {
      await until(() => outcomes.length > index, `outcome ${index}`)
      return outcomes[index] as Outcome
    },
    close: async () => {
      await server.close()
      pool.close()
    }
  }
}
