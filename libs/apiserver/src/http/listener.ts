/** TLS listeners: HTTP/1.1 on every address that was asked for. */
import { createServer, type Server } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import type { Pki } from '../pki/pki.ts'
import { handle, handleUpgrade } from './pipeline.ts'
import type { ServerParts } from './server-parts.ts'

const CLOSE_GRACE_MS = 500

/** Listens; all addresses share one port. Close it to end streams and connections. */
export class Listener {
  readonly #parts: ServerParts
  readonly #pki: Pki
  readonly #servers: Server[] = []
  readonly #sockets = new Set<Socket>()

  constructor(parts: ServerParts, pki: Pki) {
    this.#parts = parts
    this.#pki = pki
  }

  /** Resolves with the port. Rejects with a sentence when it is taken. `port` 0: any. */
  async listen(addresses: readonly string[], port: number): Promise<number> {
    let chosen = port
    for (const address of addresses) chosen = await this.listenOn(address, chosen)
    return chosen
  }

  /** Listens at one more address, with a port of its own. Resolves with the port; rejects as {@link listen}. */
  listenOn(address: string, port: number): Promise<number> {
    const options = {
      cert: this.#pki.serverCert,
      key: this.#pki.serverKey,
      ca: this.#pki.ca,
      requestCert: true,
      // Who brings no certificate may bring a token.
      rejectUnauthorized: false,
      ALPNProtocols: ['http/1.1'],
      keepAliveTimeout: 90_000,
      noDelay: true
    }
    const server = createServer(options, (request, response) => void handle(this.#parts, request, response))
    server.requestTimeout = 60_000
    server.on('upgrade', (request, socket, head: Buffer) => void handleUpgrade(this.#parts, request, socket, head))
    server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket)
      socket.on('close', () => this.#sockets.delete(socket))
    })
    // A handshake that fails is the client's affair.
    server.on('tlsClientError', () => undefined)
    this.#servers.push(server)
    return new Promise((resolve, reject) => {
      server.once('error', (error: NodeJS.ErrnoException) => {
        const why = error.code === 'EADDRINUSE' ? 'the port is in use: stop its owner or choose another port' : error.message
        reject(new Error(`cannot listen on ${address}:${port}: ${why}`, { cause: error }))
      })
      server.listen({ host: address, port }, () => resolve((server.address() as AddressInfo).port))
    })
  }

  /** Stops to accept, lets running requests end for a moment, then closes every connection. */
  async close(): Promise<void> {
    const closed = this.#servers.map(
      (server) => new Promise<void>((resolve) => (server.listening ? server.close(() => resolve()) : resolve()))
    )
    for (const server of this.#servers) server.closeIdleConnections()
    const force = setTimeout(() => {
      for (const socket of this.#sockets) socket.destroy()
    }, CLOSE_GRACE_MS)
    await Promise.all(closed)
    clearTimeout(force)
  }
}
