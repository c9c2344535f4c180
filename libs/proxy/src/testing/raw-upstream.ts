import { createServer, type Server, type Socket } from 'node:net'
import { until } from './until.ts'

/** An upstream for tests: hands over its raw connections; what each receives is kept as text. */
export class RawUpstream {
  readonly connections: UpstreamPeer[] = []
  readonly address: string
  readonly #server: Server
  #closed = false

  private constructor(server: Server, port: number) {
    this.#server = server
    this.address = `127.0.0.1:${port}`
  }

  /** `answer` is called for each complete head (or whatever it waits for) with the peer; it writes to it. */
  static async start(onBytes: (peer: UpstreamPeer) => void = () => {}): Promise<RawUpstream> {
    const server = createServer({ allowHalfOpen: true, noDelay: true })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const upstream = new RawUpstream(server, (server.address() as { port: number }).port)
    server.on('connection', (socket) => {
      const peer = new UpstreamPeer(socket)
      upstream.connections.push(peer)
      socket.on('data', () => onBytes(peer))
    })
    return upstream
  }

  get open(): number {
    return this.connections.filter((peer) => !peer.closed).length
  }

  /** The connection number `index`, once it exists. Rejects when the upstream is closed before: nobody waits beyond a test. */
  async peer(index: number): Promise<UpstreamPeer> {
    await until(() => this.#closed || this.connections.length > index, `upstream connection ${index}`)
    const peer = this.connections[index]
    if (peer === undefined) throw new Error(`the upstream was closed before connection ${index}`)
    return peer
  }

  async close(): Promise<void> {
    this.#closed = true
    for (const peer of this.connections) peer.socket.destroy()
    await new Promise<void>((resolve) => this.#server.close(() => resolve()))
  }
}

export class UpstreamPeer {
  readonly socket: Socket
  received = ''
  ended = false
  closed = false

  constructor(socket: Socket) {
    this.socket = socket
    socket.setEncoding('latin1')
    socket.on('data', (text: string) => (this.received += text))
    socket.on('end', () => (this.ended = true))
    socket.on('error', () => (this.ended = true))
    socket.on('close', () => (this.ended = this.closed = true))
  }

  send(text: string | Uint8Array): this {
    if (typeof text === 'string') this.socket.write(text, 'latin1')
    else this.socket.write(text)
    return this
  }

  /** Takes away and returns the next request head, once it is complete. */
  async head(): Promise<string> {
    await this.sees('\r\n\r\n')
    const end = this.received.indexOf('\r\n\r\n') + 4
    const head = this.received.slice(0, end)
    this.received = this.received.slice(end)
    return head
  }

  async sees(text: string | ((received: string) => boolean)): Promise<void> {
    await until(
      () => (typeof text === 'string' ? this.received.includes(text) : text(this.received)),
      () => `upstream to see ${String(text)}; it saw ${JSON.stringify(this.received.slice(0, 500))}`
    )
  }
}
