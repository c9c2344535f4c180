import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createHttp2Server } from 'node:http2'
import type { AddressInfo, Socket } from 'node:net'
import type { Duplex } from 'node:stream'

/** A pod or an activator behind the gateway. */
export class FakeBackend {
  readonly name: string
  readonly seen: IncomingMessage[] = []
  answer: (request: IncomingMessage, response: ServerResponse) => void = (_request, response) => void response.end(this.name)
  readonly #sockets = new Set<Socket>()
  #server: Server | undefined
  #port = 0
  readonly #h2c: boolean

  /** `h2c`: it speaks HTTP/2 with prior knowledge, and nothing else. */
  constructor(name = 'backend', h2c = false) {
    this.name = name
    this.#h2c = h2c
  }

  /** Listens, the second time on the port of the first. */
  async open(): Promise<this> {
    const answer = (request: IncomingMessage, response: ServerResponse): void => {
      this.seen.push(request)
      this.answer(request, response)
    }
    // What node:http2 hands out has all that is used here of what node:http does.
    const server = this.#h2c ? (createHttp2Server(answer as never) as unknown as Server) : createServer(answer)
    server.on('connection', (socket) => {
      this.#sockets.add(socket)
      socket.on('close', () => this.#sockets.delete(socket))
    })
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(this.#port, '127.0.0.1', resolve)
    })
    this.#server = server
    this.#port = (server.address() as AddressInfo).port
    return this
  }

  /** Takes upgrades, which it refuses else. */
  onUpgrade(take: (request: IncomingMessage, socket: Duplex) => void): void {
    this.#server?.on('upgrade', take)
  }

  get address(): string {
    return `127.0.0.1:${this.#port}`
  }

  /** As kill -9 does: no listener, every connection broken. */
  kill(): void {
    this.#server?.close()
    for (const socket of this.#sockets) socket.resetAndDestroy()
  }
}
