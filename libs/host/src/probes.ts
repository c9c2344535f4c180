import type { Server, ServerResponse } from 'node:http'
import type { Part } from './part.ts'

/** What the probe endpoint needs to know of a role. */
export interface ProbeSource {
  readonly parts: () => readonly Part[]
  /** Set once SIGTERM came: readiness fails, liveness stays. */
  readonly draining: () => boolean
  /** Prometheus text; loads what it takes. */
  readonly metrics: () => Promise<string>
}

/** One thing that was looked at; `problem` is absent when it is as it should be. */
interface Check {
  readonly name: string
  readonly problem?: string
}

const endpoints: Readonly<Record<string, (source: ProbeSource) => readonly Check[]>> = {
  '/livez': aliveChecks,
  // Kubernetes' components keep this older name of /livez.
  '/healthz': aliveChecks,
  '/readyz': readyChecks
}

function aliveChecks(source: ProbeSource): readonly Check[] {
  // Who answers has an event loop that turns.
  return [{ name: 'process' }, ...source.parts().map((part) => checkOf(part.name, part.unhealthy?.()))]
}

function readyChecks(source: ProbeSource): readonly Check[] {
  const shutdown = checkOf('shutdown', source.draining() ? 'shutting down' : undefined)
  return [shutdown, ...source.parts().map((part) => checkOf(part.name, part.unready?.()))]
}

const checkOf = (name: string, problem: string | undefined): Check => (problem === undefined ? { name } : { name, problem })

/**
 * Serves `/livez`, `/healthz`, `/readyz` (200 `ok`, or 503 with a line a problem; with `?verbose` a line a check) and `/metrics` on `port`.
 * Rejects when the port is taken. Port `none` opens nothing.
 */
export async function serveProbes(port: number | 'none', source: ProbeSource): Promise<Server | undefined> {
  if (port === 'none') return undefined
  // Loaded only here: a role without probes would pay for it at each start.
  const { createServer } = process.getBuiltinModule('node:http')
  const server = createServer((request, response) => {
    const [path = '/', query = ''] = (request.url ?? '/').split('?', 2)
    const checks = endpoints[path]?.(source)
    if (checks !== undefined) answerChecks(response, checks, /(^|&)verbose(=|&|$)/.test(query))
    else if (path === '/metrics') answerMetrics(response, source.metrics)
    else response.writeHead(404).end()
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(new Error(`probes cannot listen on port ${port}: ${error.message}`, { cause: error })))
    server.listen(port, resolve)
  })
  return server
}

/** Answers with Prometheus text, or 500 with why there is none. */
export function answerMetrics(response: ServerResponse, metrics: () => Promise<string>): void {
  metrics().then(
    (text) => response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' }).end(text),
    (error: unknown) => response.writeHead(500).end(String(error))
  )
}

function answerChecks(response: ServerResponse, checks: readonly Check[], verbose: boolean): void {
  const failing = checks.filter(({ problem }) => problem !== undefined)
  const lines = failing.map(({ name, problem }) => (name === 'shutdown' ? problem : `${name}: ${problem}`))
  const all = checks.map(({ name, problem }) => (problem === undefined ? `[+]${name} ok` : `[-]${name}: ${problem}`))
  response.writeHead(failing.length === 0 ? 200 : 503, { 'content-type': 'text/plain; charset=utf-8' })
  if (verbose) response.end(`${all.join('\n')}\n${failing.length === 0 ? 'ok' : 'failed'}\n`)
  else response.end(failing.length === 0 ? 'ok' : `${lines.join('\n')}\n`)
}
