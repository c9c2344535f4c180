/** Requests over HTTPS to hosts of the gateway, as a client sends them that trusts one authority alone. */
import { request } from 'node:https'
import type { TLSSocket } from 'node:tls'
import { thisMachine, type GatewayAddress } from './gateway-address.ts'

export interface SecureAnswer {
  readonly status: number
  readonly body: string
  /** Names that the shown certificate is for, as OpenSSL writes them. */
  readonly names: string
}

/** One request on a connection of its own. Rejects when the certificate is not one of `host` by authority `ca` (PEM). */
export function askSecurely(gateway: GatewayAddress, host: string, ca: string, path = '/'): Promise<SecureAnswer> {
  const { address = thisMachine, port } = gateway
  return new Promise((resolve, reject) => {
    const sent = request(
      { host: address, port, path, servername: host, ca, headers: { host }, agent: false, timeout: 60_000 },
      (response) => {
        const { subjectaltname: names = '' } = (response.socket as TLSSocket).getPeerCertificate()
        let body = ''
        response.setEncoding('utf8')
        response.on('data', (chunk: string) => (body += chunk))
        response.on('error', reject)
        response.on('end', () => resolve({ status: response.statusCode ?? 0, body, names }))
      }
    )
    sent.on('timeout', () => sent.destroy(new Error(`no answer from https://${host} within 60 s`)))
    sent.on('error', reject)
    sent.end()
  })
}
