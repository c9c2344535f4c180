/** The upgrade to SPDY/3.1, as client-go's executor and port-forwarder ask for it. */
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'

/** Which version of what runs inside is asked for, most wanted first. */
const versionHeader = 'x-stream-protocol-version'

/** True when the request upgrades to SPDY/3.1. */
export const asksForSpdy = (request: IncomingMessage): boolean => (request.headers.upgrade ?? '').toLowerCase().includes('spdy/3.1')

/**
 * The version to speak, and the transport with the upgrade answered. Undefined when it was refused, which the client has been told: 400 when it names
 * no version, 403 when it names none that is spoken here.
 */
export function upgradeToSpdy(
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
  spoken: readonly string[]
): { readonly transport: Duplex; readonly version: string } | undefined {
  const asked = (request.headersDistinct[versionHeader] ?? [])
    .flatMap((line) => line.split(','))
    .map((each) => each.trim())
    .filter((each) => each !== '')
  if (asked.length === 0) return refuse(socket, 400, 'unable to upgrade: X-Stream-Protocol-Version is required')
  const version = asked.find((each) => spoken.includes(each))
  if (version === undefined) {
    const accepted = spoken.map((each) => `X-Accepted-Stream-Protocol-Versions: ${each}\r\n`).join('')
    const why = `unable to upgrade: unable to negotiate protocol: client supports [${asked.join(' ')}], server accepts [${spoken.join(' ')}]`
    return refuse(socket, 403, why, accepted)
  }
  socket.write(
    `HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\nX-Stream-Protocol-Version: ${version}\r\n\r\n`
  )
  if (head.length > 0) socket.unshift(head)
  return { transport: socket, version }
}

/** Answers an upgrade in plain words: what a kubelet says goes through an API server as it is. */
export function refuse(socket: Duplex, status: number, message: string, headers = ''): undefined {
  const reasons: Readonly<Record<number, string>> = { 400: 'Bad Request', 403: 'Forbidden', 404: 'Not Found', 500: 'Internal Server Error' }
  const body = `${message}\n`
  // A client that has gone does not hear it.
  socket.on('error', () => undefined)
  socket.end(
    `HTTP/1.1 ${status} ${reasons[status] ?? 'Error'}\r\n${headers}Content-Type: text/plain; charset=utf-8\r\nX-Content-Type-Options: nosniff\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`
  )
  return undefined
}
