import { createServer, type Server } from 'node:http'
import type { Part } from './part.ts'

/** What the probe endpoint needs to know of a role. */
export interface ProbeSource {
  readonly parts: () => readonly Part[]
  /** Set once SIGTERM came: readiness fails, liveness stays. */
  readonly draining: () => boolean
  /** Prometheus text; absent while metrics are not loaded. */
  readonly metrics: () => Promise<string>
}

const endpoints: Record<string, (source: ProbeSource) => readonly string[]> = {
  '/livez': (source) => reasons(source.parts(), 'unhealthy'),
  '/readyz': (source) => [...(source.draining() ? ['shutting down'] : []), ...reasons(source.parts(), 'unready')]
}

function reasons(parts: readonly Part[], ask: 'unready' | 'unhealthy'): string[] {
  return parts.flatMap((part) => {
    const reason = part[ask]?.()
    return reason === undefined ? [] : [`${part.name}: ${reason}`]
  })
}

/** Serves `/livez`, `/readyz` (200 `ok`, or 503 with a line a reason) and `/metrics` on `port`. Rejects when the port is taken. Port `none` opens nothing. */
export async function serveProbes(port: number | 'none', source: ProbeSource): Promise<Server> {
  const server = createServer((request, response) => {
    const path = (request.url ?? '/').split('?', 1)[0] ?? '/'
    const failing = endpoints[path]?.(source)
    if (failing !== undefined) {
      response.writeHead(failing.length === 0 ? 200 : 503, { 'content-type': 'text/plain; charset=utf-8' })
      response.end(failing.length === 0 ? 'ok' : `${failing.join('\n')}\n`)
      return
    }
    if (path !== '/metrics') {
      response.writeHead(404).end()
      return
    }
    source.metrics().then(
      (text) => response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4' }).end(text),
      (error: unknown) => response.writeHead(500).end(String(error))
    )
  })
  if (port === 'none') return server
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(new Error(`probes cannot listen on port ${port}: ${error.message}`, { cause: error })))
    server.listen(port, resolve)
  })
  return server
}
