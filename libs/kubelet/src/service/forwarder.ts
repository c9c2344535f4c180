/** Takes TCP connections on one address and joins each to a backend. */
import { connect, createServer, type Server, type Socket } from 'node:net'

/** Where a connection goes; undefined when there is nowhere at the moment. Called for each attempt, so that retries go elsewhere. */
export type ChooseBackend = () => { readonly host: string; readonly port: number } | undefined

/** A connection is held this long while no backend takes it: a role that restarts is back by then. ms. */
const holdMs = 5_000
const retryMs = 25
const connectMs = 1_000

export class Forwarder {
  readonly #server: Server
  readonly #choose: ChooseBackend
  /** Most forwarders have none, and there are thousands of them: the set is made for the first. */
  #sockets: Set<Socket> | undefined
  #closed = false

  constructor(choose: ChooseBackend) {
    this.#choose = choose
    this.#server = createServer({ allowHalfOpen: true, noDelay: true, pauseOnConnect: true }, (socket) => {
      this.#track(socket)
      // A client that resets while it is held destroys itself; the next attempt sees that.
      socket.on('error', () => undefined)
      this.#join(socket, performance.now() + holdMs)
    })
  }

  /** Rejects when the address cannot be bound. Gives the port, for port 0. */
  listen(host: string, port: number): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject)
      this.#server.listen({ host, port }, () => {
        this.#server.off('error', reject)
        resolve((this.#server.address() as { port: number }).port)
      })
    })
  }

  /** Stops listening and resets what is still joined. */
  close(): void {
    this.#closed = true
    this.#server.close()
    for (const socket of this.#sockets ?? []) socket.destroy()
  }

  #track(socket: Socket): void {
    const sockets = (this.#sockets ??= new Set())
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  }

  #join(client: Socket, until: number): void {
    if (client.destroyed || this.#closed) return void client.destroy()
    const again = (): void => {
      if (performance.now() >= until) client.resetAndDestroy()
      else setTimeout(() => this.#join(client, until), retryMs).unref()
    }
    const at = this.#choose()
    if (at === undefined) return again()
    const backend = connect({ host: at.host, port: at.port, allowHalfOpen: true, noDelay: true })
    this.#track(backend)
    const timer = setTimeout(() => backend.destroy(new Error('connect timed out')), connectMs)
    const refused = (): void => {
      clearTimeout(timer)
      again()
    }
    backend.once('error', refused)
    backend.once('connect', () => {
      clearTimeout(timer)
      backend.off('error', refused)
      pipe(client, backend)
    })
  }
}

/** Both ways, each end on its own; an error on one side resets the other, as it would be without a forwarder between. */
function pipe(client: Socket, backend: Socket): void {
  const reset = (socket: Socket) => (): void => {
    if (!socket.destroyed) socket.resetAndDestroy()
  }
  client.on('error', reset(backend))
  backend.on('error', reset(client))
  client.once('close', () => backend.destroySoon())
  backend.once('close', () => client.destroySoon())
  if (client.destroyed) return void backend.destroy()
  client.pipe(backend)
  backend.pipe(client)
}
