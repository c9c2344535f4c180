/** The proxy's core alone, without Nest: forwards all to one address, and says in its first line where it listens. */
import { setFlagsFromString } from 'node:v8'
import { badGateway, createServer, createUpstreamPool, type Exchange, type Outcome } from '@knative-ts/proxy'

// As the queue-proxy is started: a small young heap.
setFlagsFromString('--semi-space-growth-factor=1')

export async function serveCore(address: string): Promise<void> {
  const upstreams = createUpstreamPool({ idlePerAddress: 1000 })
  const settled = (outcome: Outcome, exchange: Exchange): void => {
    if (outcome.kind === 'upstream-failed' && outcome.phase !== 'mid-body') badGateway(exchange, outcome.error)
  }
  const server = createServer({ handler: (exchange) => upstreams.send(exchange, address, {}, settled) })
  const { port } = await server.listen({ port: 0, host: '127.0.0.1' })
  // Neither process.stdout nor an import of all that node:fs exports: both load what the core does not need.
  process.getBuiltinModule('node:fs').writeSync(1, `${JSON.stringify({ http: `127.0.0.1:${port}` })}\n`)
}
