import { connect, type Socket } from 'node:net'
import { until } from './until.ts'

/** A client for tests that writes exactly the bytes it is told and keeps all that comes back. */
export class RawClient {
  readonly socket: Socket
  received = ''
  /** The server ended its side, or the connection broke. */
  ended = false
  closed = false

  private constructor(socket: Socket) {
    this.socket = socket
    socket.setEncoding('latin1')
    socket.on('data', (text: string) => (this.received += text))
    socket.on('end', () => (this.ended = true))
    socket.on('error', () => (this.ended = true))
    socket.on('close', () => (this.ended = this.closed = true))
  }

  static async to(port: number): Promise<RawClient> {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true, allowHalfOpen: true })
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve)
      socket.once('error', reject)
    })
    return new RawClient(socket)
  }

  send(text: string | Uint8Array): this {
    if (typeof text === 'string') this.socket.write(text, 'latin1')
    else this.socket.write(text)
    return this
  }

  /** Waits until what came satisfies `seen` (a part of the text, a pattern, or a predicate), and gives all that came. */
  async sees(seen: string | RegExp | ((text: string) => boolean)): Promise<string> {
    const holds =
      typeof seen === 'string'
        ? () => this.received.includes(seen)
        : seen instanceof RegExp
          ? () => seen.test(this.received)
          : () => seen(this.received)
    await until(holds, () => `client to see ${String(seen)}; it saw ${JSON.stringify(this.received.slice(0, 500))}`)
    return this.received
  }

  /** Waits for the end of the connection and gives all that came. */
  async end(): Promise<string> {
    await until(
      () => this.ended,
      () => `the server to end the connection; it sent ${JSON.stringify(this.received.slice(0, 500))}`
    )
    return this.received
  }
}
