/** Requests to Services through the gateway, as clients of the platform send them: by host name, over kept connections. */
import { Agent, request } from 'node:http'
import { thisMachine } from './gateway-address.ts'

export interface Answer {
  readonly status: number
  readonly body: string
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly ms: number
}

/** A client of one gateway. */
export interface GatewayClient {
  /** Rejects when the connection fails or nothing comes within `timeoutMs` (60 s). */
  get(host: string, path?: string, timeoutMs?: number): Promise<Answer>
  close(): void
}

/** Opens no connection until the first request. */
export function gatewayClient(port: number, sockets = 256, address = thisMachine): GatewayClient {
  const agent = new Agent({ keepAlive: true, maxSockets: sockets })
  const get = (host: string, path = '/', timeoutMs = 60_000): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const started = performance.now()
      const sent = request({ agent, host: address, port, path, headers: { host }, timeout: timeoutMs }, (response) => {
        let body = ''
        response.setEncoding('utf8')
        response.on('data', (chunk: string) => (body += chunk))
        response.on('error', reject)
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, body, headers: response.headers, ms: performance.now() - started })
        )
      })
      sent.on('timeout', () => sent.destroy(new Error(`no answer from ${host} within ${timeoutMs} ms`)))
      sent.on('error', reject)
      sent.end()
    })
  return { get, close: () => agent.destroy() }
}
