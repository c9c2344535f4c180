import { createServer as createNetServer, type AddressInfo, type Server as NetServer, type Socket } from 'node:net'
import { createServer, createUpstreamPool, badGateway, type Exchange } from '../../libs/proxy/src/index.ts'
import { RawClient } from '../../libs/proxy/src/testing/raw-client.ts'
import { until } from '../../libs/proxy/src/testing/until.ts'
import { readChunks, valuesOf } from '../../libs/proxy/src/strictness/answers.ts'

/** What a message of a client became: whole requests that the upstream got, and what else it got. */
export interface Forwarded {
  readonly requests: readonly string[]
  /** Bytes behind a whole request, which no proxy sends before it has the answer. */
  readonly surplus: string
}

/** A proxy on loopback whose upstream keeps the bytes of each request, and answers it. */
export class ForwardingProxy {
  readonly #upstream: NetServer = createNetServer((socket) => this.#receive(socket))
  readonly #sockets = new Set<Socket>()
  readonly #pool = createUpstreamPool()
  readonly #server = createServer({ handler: (exchange) => this.#forward(exchange), halfClose: 'serve' })
  #port = 0
  #requests: string[] = []
  #surplus = ''

  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.#upstream.listen(0, '127.0.0.1', resolve))
    ;({ port: this.#port } = await this.#server.listen({ port: 0, host: '127.0.0.1' }))
  }

  /** The upstream's. */
  get address(): string {
    return `127.0.0.1:${(this.#upstream.address() as AddressInfo).port}`
  }

  /** Sends a message, waits for so many answers and for the end of its connection. One at a time. */
  async of(message: string, answers: number): Promise<Forwarded> {
    this.#requests = []
    this.#surplus = ''
    const client = await RawClient.to(this.#port)
    try {
      client.send(message)
      await until(
        () => client.ended || client.received.split('HTTP/1.1 200 OK\r\n').length > answers,
        () => `${answers} answers to ${JSON.stringify(message)}; there came ${JSON.stringify(client.received)}`
      )
      client.socket.end()
      await client.end()
      return { requests: this.#requests, surplus: this.#surplus }
    } finally {
      client.socket.destroy()
    }
  }

  async close(): Promise<void> {
    await this.#server.close()
    this.#pool.close()
    for (const socket of this.#sockets) socket.destroy()
    await new Promise<void>((resolve) => this.#upstream.close(() => resolve()))
  }

  async #forward(exchange: Exchange): Promise<void> {
    const outcome = await this.#pool.forward(exchange, this.address)
    if (outcome.kind === 'upstream-failed' && outcome.phase !== 'mid-body') badGateway(exchange, outcome.error)
  }

  #receive(socket: Socket): void {
    let received = ''
    let continued = false
    this.#sockets.add(socket)
    socket.setEncoding('latin1')
    socket.on('error', () => {})
    socket.on('close', () => this.#sockets.delete(socket))
    socket.on('data', (text: string) => {
      received += text
      const head = received.indexOf('\r\n\r\n') + 4
      if (head < 4) return
      const fields = received
        .slice(0, head - 4)
        .split('\r\n')
        .slice(1)
      if (!continued && valuesOf(fields, 'expect').length > 0) socket.write('HTTP/1.1 100 Continue\r\n\r\n')
      continued = true
      const end = endOf(received, head, fields)
      if (end < 0) return
      this.#requests.push(received.slice(0, end))
      this.#surplus += received.slice(end)
      received = ''
      continued = false
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n')
    })
  }
}

/** Offset behind the body of a request, -1 while it is not whole. Knows nothing of the code under test. */
function endOf(text: string, head: number, fields: readonly string[]): number {
  if (valuesOf(fields, 'transfer-encoding').length > 0) return readChunks(text, head).after
  const end = head + Number(valuesOf(fields, 'content-length')[0] ?? 0)
  return text.length < end ? -1 : end
}
