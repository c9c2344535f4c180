import { createServer } from 'node:http'
import type { Log } from '@knative-ts/telemetry/logger'
import type { Metrics } from '@knative-ts/telemetry/metrics'
import { answerMetrics } from './probes.ts'
import { closeServer, listenOn } from './listen.ts'
import type { Opened } from './switch.ts'

/** Upstream's port of metrics. */
const defaultPort = 9090

/** Serves `GET /metrics` where `metrics-endpoint` says (`host:port`, `:port`; empty: every address, port 9090), as upstream does for protocol `prometheus`. */
export async function openExposition(metrics: Metrics, endpoint: string, log: Log): Promise<Opened> {
  const at = addressOf(endpoint)
  const server = createServer((request, response) => {
    if (request.url?.split('?', 1)[0] === '/metrics') answerMetrics(response, () => metrics.expose())
    else response.writeHead(404).end()
  })
  const port = await listenOn(server, at)
  log.info({ port }, 'serving metrics')
  return { close: () => closeServer(server) }
}

function addressOf(endpoint: string): { readonly host?: string; readonly port: number } {
  const given = process.env['METRICS_PROMETHEUS_PORT'] ?? ''
  if (endpoint === '') return { port: given === '' ? defaultPort : Number(given) }
  const at = endpoint.lastIndexOf(':')
  const host = endpoint.slice(0, at).replace(/^\[|\]$/g, '')
  const port = Number(endpoint.slice(at + 1))
  if (at < 0 || !Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new Error(`metrics-endpoint "${endpoint}" is no address to listen at: use HOST:PORT or :PORT`)
  }
  return host === '' ? { port } : { host, port }
}
