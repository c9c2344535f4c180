/** The small servers beside the data path, on the same HTTP core. */
import { createServer, type Exchange, type Server } from '@knative-ts/proxy'
import type { Drainer } from './drainer.ts'
import type { RequestStats, StatReport } from './request-stats.ts'
import { encodeStat } from './stat-message.ts'

/** Admin: `/wait-for-drain` and nothing else. */
export function adminServer(drainer: Drainer): Server {
  return createServer({
    handler: async (exchange) => {
      if (pathOf(exchange) !== '/wait-for-drain') {
        notFound(exchange)
        return
      }
      await drainer.waitForDrain()
      exchange.respond(200)
    }
  })
}

/** Requests are counted in periods of this length for the autoscaler. */
const periodMs = 1000

/** What the autoscaler scrapes: `/metrics` as one protobuf `Stat` of the last whole period. */
export function statsServer(stats: RequestStats, podName: string): { readonly server: Server; stop(): void } {
  let last: StatReport = { averageConcurrentRequests: 0, averageProxiedConcurrentRequests: 0, requestCount: 0, proxiedRequestCount: 0 }
  let timestampMs = Date.now()
  const timer = setInterval(() => {
    last = stats.report(performance.now())
    timestampMs = Date.now()
  }, periodMs)
  timer.unref()
  const server = createServer({
    handler: (exchange) => {
      if (pathOf(exchange) !== '/metrics') {
        notFound(exchange)
        return
      }
      const body = encodeStat({ ...last, podName, processUptime: process.uptime(), timestampMs })
      exchange.respond(200, { 'Content-Type': 'application/protobuf' }, body)
    }
  })
  return { server, stop: () => clearInterval(timer) }
}

/** Request metrics as Prometheus text. */
export function prometheusServer(expose: () => string): Server {
  return createServer({
    handler: (exchange) => {
      if (pathOf(exchange) === '/metrics') exchange.respond(200, { 'Content-Type': 'text/plain; version=0.0.4; charset=utf-8' }, expose())
      else notFound(exchange)
    }
  })
}

function pathOf({ request }: Exchange): string {
  return request.target.split('?', 1)[0] as string
}

function notFound(exchange: Exchange): void {
  exchange.respond(404, { 'Content-Type': 'text/plain; charset=utf-8', 'X-Content-Type-Options': 'nosniff' }, '404 page not found\n')
}
