import { request } from 'node:http'

/** Where a gateway listens. */
export interface Address {
  readonly host: string
  readonly port: number
}

/** The status of one GET on a connection of its own. Rejects when the connection breaks, or nothing comes within `timeoutMs`. */
export function sendTo(gateway: Address, host: string, path = '/', timeoutMs = 60_000): Promise<number> {
  return new Promise((resolve, reject) => {
    const sent = request({ ...gateway, path, agent: false, headers: { host }, timeout: timeoutMs }, (response) => {
      response.resume()
      response.on('error', reject)
      response.on('end', () => resolve(response.statusCode ?? 0))
    })
    sent.on('timeout', () => sent.destroy(new Error(`no answer from ${host} within ${timeoutMs} ms`)))
    sent.on('error', reject)
    sent.end()
  })
}
